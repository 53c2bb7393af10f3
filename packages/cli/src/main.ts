import { run } from "@oclif/core";
import { loadOptions } from "./load-options.js";
import { reportFailure } from "./report-failure.js";

/** Runs the command line with the arguments after the program's name and sets the process's exit code. */
export async function main(args: string[]): Promise<void> {
  process.stdout.off("error", quietPipe).on("error", quietPipe);
  process.stderr.off("error", quietPipe).on("error", quietPipe);
  try {
    await run(args, await loadOptions());
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

/** A reader that has had enough, such as `head`, is no failure. */
function quietPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}
