// What the measurements were made on.
import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ratesScript = fileURLToPath(new URL("ours/rates.mjs", import.meta.url));

export function machine() {
  const [first] = cpus();
  return { cpu: first?.model.trim(), cores: cpus().length, memoryBytes: totalmem(), node: process.version };
}

/** `{ flopsPerSecond, bytesPerSecond }` with so many threads, measured now. */
export async function measureRates(threads) {
  const { stdout } = await promisify(execFile)(process.execPath, [ratesScript, String(threads)]);
  return JSON.parse(stdout);
}
