import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CliResult } from "./cli.js";

const bin = fileURLToPath(new URL("../../bin/dev.js", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Runs the command line in a process of its own, as a user does. */
export function runProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly closeStdout?: boolean } = {},
): Promise<CliResult & { readonly signal: NodeJS.Signals | null }> {
  const child = spawn(
    process.execPath,
    ["--conditions=rarl-source", "--import", "tsx", bin, ...args],
    // The TypeScript settings (decorators) are found from the working directory.
    {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: "", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stdout = "";
  let stderr = "";
  if (options.closeStdout === true) child.stdout.destroy();
  else child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ stdout, stderr, exitCode: code ?? -1, signal });
    });
  });
}
