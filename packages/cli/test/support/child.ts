import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CliResult } from "./cli.js";

const bin = fileURLToPath(new URL("../../bin/dev.js", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly closeStdout?: boolean;
}

export type ProcessResult = CliResult & { readonly signal: NodeJS.Signals | null };

export interface StartedProcess {
  readonly ended: Promise<ProcessResult>;
  /** As `kill -9` does. */
  readonly kill: () => void;
}

/** Runs the command line in a process of its own, as a user does. */
export function runProcess(args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  return startProcess(args, options).ended;
}

export function startProcess(args: readonly string[], options: ProcessOptions = {}): StartedProcess {
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
  const ended = new Promise<ProcessResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ stdout, stderr, exitCode: code ?? -1, signal });
    });
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}
