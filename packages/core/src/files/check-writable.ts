import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";

/**
 * Makes sure that files can be made in `directory`, which is made if need be. Done before anything long runs.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`
 */
export async function checkWritable(directory: string): Promise<void> {
  const probe = join(directory, `.writable.${process.pid}.partial`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw rarlError(
      "OUTPUT_NOT_WRITABLE",
      { path: directory, reason: (error as Error).message },
      { cause: error },
    );
  }
}
