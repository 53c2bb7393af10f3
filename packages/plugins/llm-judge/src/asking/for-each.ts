/**
 * Does `work` for every index below `count`, in order, at most `concurrency` at a time. After a failure none is begun,
 * those that are open come to their end, and the first failure is thrown.
 */
export async function forEachIndex(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    while (next < count && failures.length === 0) {
      try {
        await work(next++);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  if (failures.length > 0) throw failures[0];
}
