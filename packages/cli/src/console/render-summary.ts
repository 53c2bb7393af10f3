import { compareReports, type RunConfig, type RunEnd } from "@rarl-sdk/core";
import type { RunSummary } from "../run-summary.js";
import { profileTable } from "./profile-table.js";
import { formatTable } from "./table.js";

/** Columns of the before/after table: metric, heading, and whether it is a rate, shown in per cent. */
const columns = [
  { metric: "format", heading: "format %", isRate: true },
  { metric: "accuracy_strict", heading: "strict accuracy %", isRate: true },
  { metric: "accuracy_lenient", heading: "lenient accuracy %", isRate: true },
  { metric: "reward", heading: "reward", isRate: false },
] as const;

/** What a run says at its end: tables of its evaluations, then where everything is. */
export function renderSummary(summary: RunSummary, end: RunEnd, config: RunConfig): string {
  const sections = Object.keys(config.data.evaluation).flatMap((set) => evaluationTable(set, end));
  const places = [
    `${summary.status} after ${summary.steps} ${summary.steps === 1 ? "step" : "steps"}`,
    `run      ${summary.directory}`,
    ...(summary.result === null
      ? []
      : [`${config.adapter === null ? "model  " : "adapter"}  ${summary.result}`]),
    ...(summary.status === "interrupted" ? [`resume   rarl-sdk run --resume ${summary.directory}`] : []),
  ];
  if (summary.profile !== undefined && summary.profile.length > 0)
    sections.push(profileTable(summary.profile));
  return [...sections, places.join("\n")].join("\n\n");
}

function evaluationTable(set: string, { evaluations }: RunEnd): string[] {
  const find = (label: string) => evaluations.find((report) => report.label === label);
  const [before, after] = [find(`${set}-before`), find(set)];
  if (before === undefined || after === undefined) return [];
  const changes = compareReports(
    before,
    after,
    columns.map(({ metric }) => metric),
  );
  const groups = [...new Set(changes.map(({ group }) => group))];
  const rows = groups.map((group) => [
    group,
    ...columns.map(({ metric, isRate }) => {
      const change = changes.find((row) => row.group === group && row.metric === metric);
      return `${cell(change?.before, isRate)} → ${cell(change?.after, isRate)}`;
    }),
  ]);
  return [formatTable([[`${set}, before → after`, ...columns.map(({ heading }) => heading)], ...rows])];
}

function cell(value: number | null | undefined, isRate: boolean): string {
  if (value === null || value === undefined) return "–";
  return isRate ? (value * 100).toFixed(1).padStart(5) : value.toFixed(3);
}
