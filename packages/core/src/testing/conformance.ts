/** One thing that a contract asks for, to be run by any test framework or by `runConformance`. */
export interface ConformanceCheck {
  /** What holds, such as `returns one score an item`. */
  readonly name: string;
  /** Rejects with an AssertionError when it does not hold. */
  run(): Promise<void>;
}

/**
 * Runs all checks and throws one error that lists those that failed, if any. In a framework, rather make each its own
 * test: `for (const check of rewardConformance(make)) it(check.name, () => check.run())`.
 * @throws AggregateError
 */
export async function runConformance(checks: readonly ConformanceCheck[]): Promise<void> {
  const failures: Error[] = [];
  for (const check of checks) {
    try {
      await check.run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(new Error(`${check.name}: ${reason}`, { cause: error }));
    }
  }
  if (failures.length === 0) return;
  const list = failures.map(({ message }) => `\n- ${message}`).join("");
  throw new AggregateError(
    failures,
    `${failures.length} of ${checks.length} conformance checks failed:${list}`,
  );
}
