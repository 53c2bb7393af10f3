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
  const [problem = "the arguments cannot be understood"] = thrown.message.split("\nSee more help");
  return rarlError("USAGE", { command, problem: problem.trim(), suggestions });
}
