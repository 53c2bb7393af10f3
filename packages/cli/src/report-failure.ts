import { Errors } from "@oclif/core";
import { formatError, toRarlError } from "@rarl-sdk/core";

/** A failure that has been printed; it only carries the exit code on. */
export class Reported extends Error {
  override readonly name = "Reported";

  constructor(readonly exitCode: number) {
    super("a failure that has been reported");
  }
}

/** By name, since a source loader may bring this module in twice. */
export function isReported(thrown: unknown): thrown is Reported {
  return thrown instanceof Error && thrown.name === "Reported" && "exitCode" in thrown;
}

/** Prints what a command threw, unless that has been done, and returns the exit code. */
export function reportFailure(thrown: unknown): number {
  if (isReported(thrown)) return thrown.exitCode;
  if (thrown instanceof Errors.ExitError) return thrown.oclif.exit ?? 0;
  const error = toRarlError(thrown);
  process.stderr.write(`${formatError(thrown, { stack: showsStacks() })}\n`);
  return error.exitCode;
}

/** With RARL_DEBUG=1 errors come with their stacks. */
export function showsStacks(): boolean {
  return process.env["RARL_DEBUG"] === "1";
}
