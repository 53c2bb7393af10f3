import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { filesystemError } from "./filesystem-error.js";
import { syncDirectory } from "./sync-directory.js";

/**
 * Writes a file so that readers see either the old one or the whole new one: beside it, fsynced, renamed.
 * `content` may write through the handle itself when the data is too large to hold.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`; the old file is then untouched.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  // The process id keeps two processes apart; a name left over by a killed one is simply overwritten or ignored.
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.partial`);
  try {
    const handle = await open(temporary, "w");
    try {
      if (typeof content === "function") await content(handle);
      else await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw filesystemError(error, file);
  }
}
