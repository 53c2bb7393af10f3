import { readdir, stat } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";

/**
 * Refuses an output folder that has something in it.
 * @throws RarlError `OUTPUT_NOT_EMPTY`
 */
export async function refuseContents(output: string): Promise<void> {
  const found = await stat(output).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory() || (await readdir(output)).length > 0)
    throw rarlError("OUTPUT_NOT_EMPTY", { path: output });
}
