import { stat } from "node:fs/promises";
import path from "node:path";
import type { ProfileRow, RunEnd } from "@rarl-sdk/core";
import type { Plan } from "./console/run-plan.js";

/** How a run ended, as `--json` prints it. */
export interface RunSummary {
  readonly status: RunEnd["status"];
  /** Null after a dry run. */
  readonly directory: string | null;
  /** Folder of the trained adapter, or of the model without one; null when the run did not get there. */
  readonly result: string | null;
  readonly steps: number;
  /** Metrics of the last step. */
  readonly metrics: Readonly<Record<string, number>>;
  /** By set and moment, such as `test-before`. */
  readonly evaluations: Readonly<
    Record<
      string,
      {
        readonly metrics: Readonly<Record<string, number>>;
        readonly groups: Readonly<Record<string, Readonly<Record<string, number>>>>;
      }
    >
  >;
  /** Of a dry run. */
  readonly plan?: Plan;
  /** Of a profiled run, by phase. */
  readonly profile?: readonly ProfileRow[];
}

export async function runSummary(
  end: RunEnd,
  metrics: RunSummary["metrics"],
  plan: Plan | null,
  profile: readonly ProfileRow[] | null,
): Promise<RunSummary> {
  const candidates = ["adapter", "model"].map((name) => path.join(end.directory, name));
  const written = await Promise.all(candidates.map((folder) => stat(folder).catch(() => null)));
  return {
    status: end.status,
    directory: end.status === "checked" ? null : end.directory,
    result: candidates.find((_, index) => written[index] !== null) ?? null,
    steps: end.lastStep,
    metrics,
    evaluations: Object.fromEntries(
      end.evaluations.map(({ label, metrics, groups }) => [label, { metrics, groups }]),
    ),
    ...(plan && { plan }),
    ...(profile && { profile }),
  };
}
