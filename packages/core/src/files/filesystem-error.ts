import { RarlError, rarlError } from "../errors/rarl-error.js";

/** Turns what the file system says about a failed write of `path` into an error of the catalogue. */
export function filesystemError(error: unknown, path: string): unknown {
  if (error instanceof RarlError || !(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return rarlError("DISK_FULL", { path }, { cause: error });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
    case "ENAMETOOLONG":
      return rarlError("OUTPUT_NOT_WRITABLE", { path, reason: error.message }, { cause: error });
    default:
      return error;
  }
}
