import type { ProfileRow } from "@rarl-sdk/core";
import { formatTable } from "./table.js";

/** Where the steps of a profiled run spent time and memory. */
export function profileTable(rows: readonly ProfileRow[]): string {
  return formatTable([
    ["phase", "s/step", "share", "peak memory"],
    ...rows.map(({ phase, secondsPerStep, share, peakBytes }) => [
      phase,
      secondsPerStep.toFixed(3),
      `${(share * 100).toFixed(1)} %`,
      peakBytes === null ? "" : `${(peakBytes / 2 ** 20).toFixed(0)} MB`,
    ]),
  ]);
}
