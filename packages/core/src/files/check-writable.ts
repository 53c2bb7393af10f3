import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { isRarlError, reasonOf } from "../errors/to-rarl-error.js";
import { filesystemError } from "./filesystem-error.js";
import { makeDirectory } from "./make-directory.js";

/**
 * Makes sure that files can be made in `directory`, which is made if need be. Done before anything long runs.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function checkWritable(directory: string): Promise<void> {
  const probe = join(directory, `.writable.${process.pid}.partial`);
  try {
    await makeDirectory(directory);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    const known = filesystemError(error, directory);
    if (isRarlError(known)) throw known;
    throw rarlError("OUTPUT_NOT_WRITABLE", { path: directory, reason: reasonOf(error) }, { cause: error });
  }
}
