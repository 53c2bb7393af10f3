import { readdir } from "node:fs/promises";
import path from "node:path";
import { rarlError, readRunRecord, type RunConfig } from "@rarl-sdk/core";

/**
 * The run folder that a configuration wrote last.
 * @throws RarlError `RUN_NOT_FOUND`
 */
export async function newestRun({ name, output }: RunConfig, baseDirectory: string): Promise<string> {
  const parent = path.resolve(baseDirectory, output);
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  let newest: { readonly directory: string; readonly startedAt: string } | null = null;
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const directory = path.join(parent, entry.name);
    const record = await readRunRecord(directory).catch(() => null);
    if (record?.name !== name) continue;
    if (newest === null || record.startedAt > newest.startedAt)
      newest = { directory, startedAt: record.startedAt };
  }
  if (newest !== null) return newest.directory;
  throw rarlError("RUN_NOT_FOUND", { directory: parent, missing: `a run named ${name}` });
}
