import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { requirePath } from "./data-file.js";

/**
 * The files that a path means, by name: itself, or those that match a `*` in its last part, or in a folder those that
 * end with `extension`.
 * @throws RarlError `DATA_MISSING`
 */
export async function dataFiles(path: string, extension: string): Promise<readonly string[]> {
  const pattern = basename(path);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder && !pattern.includes("*")) {
    await requirePath(path, "file");
    return [path];
  }
  const folder = isFolder ? path : dirname(path);
  await requirePath(folder, "folder");
  const [start = "", ...rest] = (isFolder ? `*${extension}` : pattern).split("*");
  const end = rest.join("*");
  const names = (await readdir(folder)).filter(
    (name) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end),
  );
  if (names.length === 0)
    throw rarlError("DATA_MISSING", { file: path, reason: "no file there has such a name" });
  return names.sort().map((name) => join(folder, name));
}
