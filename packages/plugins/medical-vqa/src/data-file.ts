import { stat } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";

/** @throws RarlError `DATA_MISSING` when `path` is not a readable file or folder of that kind */
export async function requirePath(path: string, kind: "file" | "folder"): Promise<void> {
  let reason: string;
  try {
    const found = await stat(path);
    if (kind === "file" ? found.isFile() : found.isDirectory()) return;
    reason = kind === "file" ? "it is not a file" : "it is not a folder";
  } catch (error) {
    reason = isNotFound(error) ? "it does not exist" : (error as Error).message;
  }
  throw rarlError("DATA_MISSING", { file: path, reason });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Looks whether images are there, each path once. */
export class ImageCheck {
  readonly #found = new Set<string>();

  /** The first of `paths` that is not a file, or null. */
  async firstMissing(paths: readonly string[]): Promise<string | null> {
    for (const path of paths) {
      if (this.#found.has(path)) continue;
      const isFile = await stat(path).then(
        (found) => found.isFile(),
        () => false,
      );
      if (!isFile) return path;
      this.#found.add(path);
    }
    return null;
  }
}
