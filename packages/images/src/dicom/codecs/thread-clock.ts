import { readFileSync } from "node:fs";

/**
 * Milliseconds of work of another thread of this process: its processor time where the system tells it, so that a busy
 * or sleeping machine is not taken for a stuck thread; else the time that passes.
 * @param thread the system's number of it, or null
 */
export function threadMilliseconds(thread: string | null): number {
  if (thread !== null) {
    try {
      // Nanoseconds on a processor, nanoseconds waiting for one, time slices.
      const [running] = readFileSync(`/proc/self/task/${thread}/schedstat`, "utf8").split(" ");
      return Number(running) / 1e6;
    } catch {
      // A kernel without these statistics.
    }
  }
  return performance.now();
}
