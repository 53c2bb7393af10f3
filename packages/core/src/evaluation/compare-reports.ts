import type { EvaluationReport } from "../hooks/run-hooks.js";

/** One metric of one question type, before and after; null where a report does not have it. */
export interface ComparisonRow {
  /** Question type; `all` for the whole set. */
  readonly group: string;
  readonly metric: string;
  readonly before: number | null;
  readonly after: number | null;
  /** After minus before. */
  readonly change: number | null;
}

type ReportMetrics = Pick<EvaluationReport, "metrics" | "groups">;

/**
 * The before/after table of two evaluations, `all` first, then by question type.
 * @param metrics which ones and in what order; all of them when absent
 */
export function compareReports(
  before: ReportMetrics,
  after: ReportMetrics,
  metrics?: readonly string[],
): readonly ComparisonRow[] {
  const groups = [...new Set([...Object.keys(before.groups), ...Object.keys(after.groups)])].sort();
  return [
    ...compareGroup("all", before.metrics, after.metrics, metrics),
    ...groups.flatMap((group) =>
      compareGroup(group, before.groups[group] ?? {}, after.groups[group] ?? {}, metrics),
    ),
  ];
}

function compareGroup(
  group: string,
  old: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
  metrics: readonly string[] = [...new Set([...Object.keys(old), ...Object.keys(now)])],
): readonly ComparisonRow[] {
  return metrics.map((metric) => {
    const before = old[metric] ?? null;
    const after = now[metric] ?? null;
    return {
      group,
      metric,
      before,
      after,
      change: before === null || after === null ? null : after - before,
    };
  });
}
