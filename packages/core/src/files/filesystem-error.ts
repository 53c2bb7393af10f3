import { rarlError } from "../errors/rarl-error.js";
import { isRarlError } from "../errors/to-rarl-error.js";

/**
 * Turns what the file system says about a failed write of `path` into an error of the catalogue, also when a tap that
 * was writing there has passed it on. Any other error stays as it is.
 */
export function filesystemError(error: unknown, path: string): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isRarlError(cause)) {
      if (cause.code === "HOOK_TAP_FAILED") continue;
      return error;
    }
    switch ((cause as NodeJS.ErrnoException).code) {
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
        return rarlError("OUTPUT_NOT_WRITABLE", { path, reason: cause.message }, { cause: error });
    }
  }
  return error;
}
