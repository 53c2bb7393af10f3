import { errorCatalogue, RarlError, rarlError } from "./rarl-error.js";

/** Whether `error` is of the catalogue, also when a plugin brought its own copy of the core. */
export function isRarlError(error: unknown): error is RarlError {
  if (error instanceof RarlError) return true;
  return (
    error instanceof Error &&
    error.name === "RarlError" &&
    "code" in error &&
    typeof error.code === "string" &&
    Object.hasOwn(errorCatalogue, error.code) &&
    "within" in error
  );
}

/** What went wrong, in words, of anything that can be thrown. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
  try {
    return String(thrown);
  } catch {
    return "a value that has no text form was thrown";
  }
}

/** Anything thrown as an error of the catalogue; what is none becomes INTERNAL with the original as its cause. */
export function toRarlError(thrown: unknown): RarlError {
  return isRarlError(thrown)
    ? thrown
    : rarlError("INTERNAL", { message: reasonOf(thrown) }, { cause: thrown });
}
