import { rarlError, type RarlError } from "@rarl-sdk/core";
import type { ProgramResult } from "../process/run-program.js";

/** Lines of a failed program that an error shows. */
const shownLines = 10;

/** The error `ENGINE_INSTALL_FAILED` of this engine. */
export function installFailure(
  reason: string,
  remedy: string,
  output: readonly string[] = [],
  options?: ErrorOptions,
): RarlError {
  const shown = output.filter((line) => line.trim() !== "").slice(-shownLines);
  return rarlError("ENGINE_INSTALL_FAILED", { engine: "torch", reason, remedy, output: shown }, options);
}

const noSpace = /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/;

/** The error where a program, or the file system itself, ran out of space under `folder`; else null. */
export function diskFull(said: readonly string[], folder: string): RarlError | null {
  if (!said.some((line) => noSpace.test(line))) return null;
  return installFailure(
    `no space is left for ${folder}`,
    "Free some space there and in the folder for temporary files (TMPDIR), or set XDG_CACHE_HOME to a folder on a larger disk.",
    said,
  );
}

/** Whether a program could not be started because there is none of that name. */
export function isAbsent({ status }: ProgramResult): boolean {
  return typeof status !== "number" && (status.code === "ENOENT" || status.code === "EACCES");
}
