import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` never ends where the system says of
 * a folder in one that is there that it does not exist, as `/proc` does.
 */
export async function makeDirectory(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    await mkdir(folder).catch((error: unknown) => {
      // Another process may make the same folders.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
}
