import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { filesystemError } from "./filesystem-error.js";
import { makeDirectory } from "./make-directory.js";
import { syncDirectory } from "./sync-directory.js";

/** Ends the names of folders that are not complete yet; a killed process leaves them behind. */
const partialSuffix = ".partial";
const replacedSuffix = ".replaced";

/**
 * Makes a folder that appears under its name only when it is complete: `write` fills a temporary folder beside
 * it, whose files are fsynced before it is renamed. A folder that is already there is replaced.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`, and what `write` throws; the old folder is then untouched.
 */
export async function writeDirectoryAtomic(
  directory: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(directory);
  const temporary = join(parent, `.${basename(directory)}${partialSuffix}`);
  const replaced = join(parent, `.${basename(directory)}${replacedSuffix}`);
  try {
    await rm(temporary, { recursive: true, force: true });
    await makeDirectory(temporary);
    await write(temporary);
    await syncTree(temporary);
    // A folder cannot be renamed onto one that has files, so the old one steps aside first.
    await rm(replaced, { recursive: true, force: true });
    const hadOld = await rename(directory, replaced).then(() => true, ifMissing(false));
    await rename(temporary, directory);
    await syncDirectory(parent);
    if (hadOld) await rm(replaced, { recursive: true, force: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw filesystemError(error, directory);
  }
}

/**
 * Clears what a killed process left in `parent`: incomplete folders go, and a complete one that had only
 * stepped aside comes back.
 */
export async function recoverDirectories(parent: string): Promise<void> {
  const names = await readdir(parent).catch(ifMissing<string[]>([]));
  for (const name of names.filter((each) => each.startsWith(".") && each.endsWith(replacedSuffix))) {
    const original = name.slice(1, -replacedSuffix.length);
    if (names.includes(original)) await rm(join(parent, name), { recursive: true, force: true });
    else await rename(join(parent, name), join(parent, original));
  }
  for (const name of names.filter((each) => each.startsWith(".") && each.endsWith(partialSuffix))) {
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Handles a missing file with a value and any other error by throwing it on. */
function ifMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return value;
    throw error;
  };
}

async function syncTree(directory: string): Promise<void> {
  for (const item of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, item.name);
    if (item.isDirectory()) await syncTree(path);
    else if (item.isFile()) {
      const handle = await open(path, "r+");
      await handle.sync().finally(() => handle.close());
    }
  }
  await syncDirectory(directory);
}
