import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** Most memory of this process since the last question, in bytes. */
export interface PeakMemory {
  /** Answers and starts anew. */
  take(): number;
}

/** Written to `clear_refs`, resets the high-water mark (proc(5)). */
const resetPeak = "5";

/** Of the resident set, as Linux counts it; elsewhere the resident set at the moment of the question. */
export function peakMemory(): PeakMemory {
  return canReset() ? { take: takeHighWater } : { take: () => process.memoryUsage.rss() };
}

function canReset(): boolean {
  try {
    takeHighWater();
    return true;
  } catch {
    return false;
  }
}

function takeHighWater(): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  const file = openSync("/proc/self/clear_refs", "w");
  try {
    writeSync(file, resetPeak);
  } finally {
    closeSync(file);
  }
  return Number(kilobytes) * 1024;
}
