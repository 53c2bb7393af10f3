import { Errors } from "@oclif/core";
import { didYouMean, rarlError, type RarlError } from "@rarl-sdk/core";

/** An argument error of oclif as an error of the catalogue, with a suggestion for an unknown flag; else null. */
export function usageError(thrown: unknown, command: string, flags: readonly string[]): RarlError | null {
  if (!(thrown instanceof Errors.CLIError) || thrown instanceof Errors.ExitError) return null;
  const unknown = "flags" in thrown && Array.isArray(thrown.flags) ? (thrown.flags as string[]) : [];
  const suggestions = unknown.flatMap((flag) => {
    const meant = didYouMean(flag.replace(/^-+/, ""), flags);
    return meant === null ? [] : [`--${meant}`];
  });
  const [first = ""] = thrown.message.split("\nSee more help");
  const problem = first
    .replace(/^The following errors? occurred:/, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, "; ");
  return rarlError("USAGE", { command, problem, suggestions });
}
