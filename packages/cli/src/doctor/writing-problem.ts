import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";

/** Why files could not be made in a folder that need not exist yet; null when they could. Nothing is written. */
export async function writingProblem(directory: string): Promise<string | null> {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    try {
      if (!(await stat(folder)).isDirectory()) return `${folder} is not a folder`;
      await access(folder, constants.W_OK | constants.X_OK);
      return null;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // Below a file, or not made yet: the folder above decides.
      const isAbsent = code === "ENOENT" || code === "ENOTDIR";
      if (!isAbsent || folder === path.dirname(folder)) return message;
    }
  }
}
