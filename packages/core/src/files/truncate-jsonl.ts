import { access } from "node:fs/promises";
import { readJsonl } from "./jsonl-reader.js";
import { writeFileAtomic } from "./atomic.js";

/**
 * Keeps the records of a JSONL file that `keep` accepts and rewrites the file when any are dropped. A missing
 * file stays missing; a torn last line goes.
 * @returns how many records were dropped
 * @throws RarlError `JSONL_INVALID`
 */
export async function truncateJsonl(
  file: string,
  keep: (value: Readonly<Record<string, unknown>>) => boolean,
): Promise<number> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) return 0;
  let dropped = 0;
  for await (const { value } of readJsonl(file)) if (!keep(value)) dropped++;
  if (dropped === 0) return 0;
  await writeFileAtomic(file, async (handle) => {
    for await (const { value } of readJsonl(file)) {
      if (keep(value)) await handle.appendFile(`${JSON.stringify(value)}\n`);
    }
  });
  return dropped;
}
