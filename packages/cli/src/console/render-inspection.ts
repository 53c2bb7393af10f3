import type { LengthSummary } from "../data/count-lengths.js";
import type { Inspection } from "../data/inspect-dataset.js";
import { formatCounts } from "./record-counts.js";
import { formatTable } from "./table.js";

const shownProblems = 20;
const shownValues = 12;

/** An inspection for people; what is long is cut, `--json` has all of it. */
export function renderInspection(inspection: Inspection): string {
  const { name, records, kinds, facts, answers, lengths, images, withReasoning, distinctAnswers } =
    inspection;
  const counts = Object.entries({ kind: kinds, ...facts }).map(([label, values]) =>
    countTable(label, Object.entries(values)),
  );
  const frequent = Object.entries(answers).map(([kind, values]) => countTable(`answers, ${kind}`, values));
  const lengthRows = (["question", "answer", "reasoning"] as const).flatMap((field) => {
    const summary = lengths[field];
    return summary === null ? [] : [lengthRow(field, summary)];
  });
  return [
    `${name}: ${formatCounts(records)}`,
    `images ${grouped(images.shown)}, distinct ${grouped(images.distinct)}, samples without ${grouped(images.withoutImage)}; ` +
      `reasoning in ${grouped(withReasoning)}; ${grouped(distinctAnswers)} distinct answers`,
    ...counts,
    ...frequent,
    formatTable([[`length in ${lengths.unit}`, "mean", "median", "95 %", "longest"], ...lengthRows]),
    ...duplicateLines(inspection),
    ...problemLines(inspection),
  ].join("\n\n");
}

/** The most frequent values first; objects have keys that are whole numbers before all others. */
function countTable(label: string, values: readonly (readonly [value: string, count: number])[]): string {
  const entries = [...values].sort(([, a], [, b]) => b - a);
  const rows = entries.slice(0, shownValues).map(([value, count]) => [value.slice(0, 60), grouped(count)]);
  const more = entries.length - rows.length;
  return formatTable([[label, "samples"], ...rows, ...(more > 0 ? [[`and ${grouped(more)} more`, ""]] : [])]);
}

function lengthRow(field: string, { mean, median, p95, max }: LengthSummary): string[] {
  return [field, mean.toFixed(1), grouped(median), grouped(p95), grouped(max)];
}

function duplicateLines({ duplicates: { questions, examples, imageCopies } }: Inspection): string[] {
  const lines = [
    ...(questions > 0
      ? [
          `${grouped(questions)} samples repeat the images and question of another: ${examples.map((ids) => ids.join(" = ")).join("; ")}`,
        ]
      : []),
    ...(imageCopies !== null && imageCopies > 0
      ? [`${grouped(imageCopies)} images are copies of others`]
      : []),
  ];
  return lines.length > 0 ? [lines.join("\n")] : [];
}

function problemLines({ problems, imageProblems }: Inspection): string[] {
  const all = [...problems, ...(imageProblems ?? [])].map(({ message }) => message);
  if (all.length === 0) return [];
  const more = all.length - shownProblems;
  return [
    [
      `${grouped(all.length)} problems:`,
      ...all.slice(0, shownProblems).map((message) => `  ${message}`),
      ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
    ].join("\n"),
  ];
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
