import { captureOutput } from "@oclif/test";
import { main } from "../../src/main.js";

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs the command line in this process: the whole of it, from its arguments to its exit code. */
export async function runCli(...args: readonly string[]): Promise<CliResult> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const { stdout, stderr, error } = await captureOutput(() => main([...args]));
    if (error) throw error;
    return { stdout, stderr, exitCode: currentExitCode() };
  } finally {
    process.exitCode = before;
  }
}

/** A function, so that the compiler does not believe the last assignment it saw. */
function currentExitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** The same, and what it printed parsed as JSON. */
export async function runCliJson(
  ...args: readonly string[]
): Promise<CliResult & { readonly json: unknown }> {
  const result = await runCli(...args, "--json");
  return { ...result, json: JSON.parse(result.stdout) as unknown };
}
