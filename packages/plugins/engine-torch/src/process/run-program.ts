import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a program ended. */
export interface ProgramResult {
  /** Exit code, or what kept it from starting (`ENOENT`: there is none of that name). */
  readonly status: number | NodeJS.ErrnoException;
  /** What it printed on both outputs, in order of arrival. */
  readonly lines: readonly string[];
}

export interface ProgramOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the program and what it started. */
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end. Never rejects because the program fails.
 * @throws the signal's reason
 */
export async function runProgram(
  command: string,
  parameters: readonly string[],
  { environment, cwd, signal, onLine }: ProgramOptions,
): Promise<ProgramResult> {
  signal?.throwIfAborted();
  const lines: string[] = [];
  // A group of its own: a compiler that make has started ends with it.
  const child = spawn(command, parameters, {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener("abort", end, { once: true });
  const status = await new Promise<number | NodeJS.ErrnoException>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
  signal?.removeEventListener("abort", end);
  signal?.throwIfAborted();
  return { status, lines };
}
