import { learningCurves } from "./learning-curves.js";
import { missingParts, unfinishedNote } from "./missing-parts.js";
import type { RunData } from "./run-data.js";
import { runFacts } from "./run-facts.js";
import { comparisonTables } from "./tables/comparison-tables.js";
import { evaluationTables } from "./tables/evaluation-tables.js";
import { renderMarkdownTable } from "./tables/render-markdown.js";
import type { ReportTable } from "./tables/report-table.js";

/** The report of a run as GitHub Markdown: the tables of the page, and curves as their first and last values. */
export function reportMarkdown(run: RunData): string {
  const facts: ReportTable = {
    title: "Run",
    columns: ["Fact", "Value"],
    rows: runFacts(run).map((cells) => ({ cells: [...cells] })),
  };
  const curves: ReportTable = {
    title: "Learning",
    note: "Mean over the first and over the last twentieth of all steps.",
    columns: ["Metric", "First", "Last"],
    rows: learningCurves(run).map(({ title, series }) => ({ cells: [title, ...endsOf(series)] })),
  };
  const parts = [
    `# ${run.name}`,
    renderMarkdownTable(facts),
    ...missingParts(run),
    ...(curves.rows.length === 0 ? [] : [renderMarkdownTable(curves)]),
    ...run.evaluations.flatMap((evaluation) => [
      `## ${evaluation.label}`,
      ...[unfinishedNote(evaluation)].filter((note) => note !== null),
      ...evaluationTables(evaluation).map((table) => renderMarkdownTable(table, 3)),
    ]),
    ...comparisonTables(run.evaluations).map((table) => renderMarkdownTable(table)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function endsOf(series: readonly (readonly [number, number])[]): string[] {
  const window = Math.max(1, Math.round(series.length / 20));
  return [series.slice(0, window), series.slice(-window)].map((part) => {
    const value = part.reduce((sum, [, each]) => sum + each, 0) / part.length;
    return String(Number(value.toPrecision(4)));
  });
}
