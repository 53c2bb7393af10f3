import { compareReports, type RunConfig, type RunEnd } from "@rarl-sdk/core";
import type { RunSummary } from "../run-summary.js";
import { formatTable } from "./table.js";

/** Metrics of the before/after table, with their names there; rates are shown in per cent. */
const tableMetrics = ["format", "accuracy_strict", "accuracy_lenient", "reward", "mean_length"];
const rates = new Set(["format", "accuracy_strict", "accuracy_lenient"]);

/** What a run says at its end: tables of its evaluations, then where everything is. */
export function renderSummary(summary: RunSummary, end: RunEnd, config: RunConfig): string {
  const sections = Object.keys(config.data.evaluation).flatMap((set) => evaluationTable(set, end));
  const places = [
    `${summary.status} after ${summary.steps} steps`,
    `run      ${summary.directory}`,
    ...(summary.result === null
      ? []
      : [`${config.adapter === null ? "model  " : "adapter"}  ${summary.result}`]),
    ...(summary.status === "interrupted" ? [`resume   rarl-sdk run --resume ${summary.directory}`] : []),
  ];
  return [...sections, places.join("\n")].join("\n\n");
}

function evaluationTable(set: string, { evaluations }: RunEnd): string[] {
  const find = (label: string) => evaluations.find((report) => report.label === label);
  const [before, after] = [find(`${set}-before`), find(set)];
  if (before === undefined || after === undefined) return [];
  const rows = compareReports(before, after, tableMetrics).map((row) => [
    `${row.group} · ${row.metric}`,
    cell(row.metric, row.before),
    cell(row.metric, row.after),
    row.change === null ? "" : `${row.change > 0 ? "+" : ""}${cell(row.metric, row.change)}`,
  ]);
  return [formatTable([[set, "before", "after", "change"], ...rows])];
}

function cell(metric: string, value: number | null): string {
  if (value === null) return "–";
  if (rates.has(metric)) return `${(value * 100).toFixed(1)} %`;
  return value.toFixed(metric === "mean_length" ? 1 : 3);
}
