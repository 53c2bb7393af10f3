import { isCvBench } from "../../evaluation/analysis/cv-bench.js";
import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { figureOf, type Figure } from "../../evaluation/analysis/figures.js";
import { measuresOf } from "../../evaluation/analysis/measure.js";
import { formatFigure } from "../format-figure.js";
import { medicalSets, medicalSetTitles, paperMedical, type MedicalSet } from "./paper-results.js";
import { paperSet, setName } from "./paper-set.js";
import type { ReportRow, ReportTable } from "./report-table.js";

/** A column: one of the paper's sets, or a set that the paper does not have. */
interface SetColumn {
  readonly set: MedicalSet | null;
  readonly title: string;
  readonly holds: (evaluation: EvaluationData) => boolean;
}

/**
 * Tables 3 and 6 of the paper with the given evaluations: a row a system and grader, a column a set, and in each cell
 * the reasoning and the final score with their intervals, beside what the paper reports.
 */
export function medicalTable(evaluations: readonly EvaluationData[]): ReportTable | null {
  const medical = evaluations.filter((evaluation) => !isCvBench(evaluation));
  if (medical.length === 0) return null;
  const columns = setColumns(medical);
  const systems = [...new Set(medical.map(systemName))];
  const measured = systems.flatMap((system) =>
    systemRows(
      system,
      medical.filter((each) => systemName(each) === system),
      columns,
    ),
  );
  const published = paperMedical.map(({ table, method, grader, scores }): ReportRow => {
    const cells = columns.map(({ set }) => {
      const score = set === null ? undefined : scores[set];
      return score === undefined ? "–" : `${score[0]?.toFixed(2) ?? "–"} / ${score[1].toFixed(2)}`;
    });
    return { cells: [`Paper, Table ${table}: ${method}`, grader, ...cells], isPublished: true };
  });
  return {
    title: "Medical VQA, as in the paper's Tables 3 and 6",
    note:
      "Reasoning / final, per cent, with 95 % intervals; reasoning is graded where an explanation is annotated. " +
      "“Rule” counts an answer as right when it equals the reference, in its tags or, without tags, outside the thinking.",
    columns: ["System", "Graded by", ...columns.map(({ title }) => title)],
    rows: [...measured, ...published],
  };
}

/** The run or folder, and what its label says beyond the set's name. */
function systemName(evaluation: EvaluationData): string {
  const [owner = ""] = evaluation.name.split("/");
  const set = setName(evaluation);
  const { label } = evaluation;
  const rest = label === set ? "" : label.startsWith(`${set}-`) ? label.slice(set.length + 1) : label;
  return rest === "" ? owner : `${owner} (${rest})`;
}

function setColumns(evaluations: readonly EvaluationData[]): readonly SetColumn[] {
  const other = [...new Set(evaluations.filter((each) => paperSet(each) === null).map(setName))];
  return [
    ...medicalSets.map((set): SetColumn => {
      const names = new Set(evaluations.filter((each) => paperSet(each) === set).map(setName));
      const [name] = names;
      const isNamed = set === "own" && name !== undefined && name !== "own";
      const title = `${medicalSetTitles[set]}${isNamed ? ` (${[...names].join(", ")})` : ""}`;
      return { set, title, holds: (evaluation) => paperSet(evaluation) === set };
    }),
    ...other.map((name): SetColumn => ({
      set: null,
      title: name,
      holds: (evaluation) => paperSet(evaluation) === null && setName(evaluation) === name,
    })),
  ];
}

function systemRows(
  system: string,
  evaluations: readonly EvaluationData[],
  columns: readonly SetColumn[],
): readonly ReportRow[] {
  const graders = new Set(
    evaluations.flatMap(({ graders: found }) => found.map(({ kind, name }) => `${kind}:${name}`)),
  );
  const row = (by: string, cellOf: (evaluation: EvaluationData) => string): ReportRow => {
    const cells = columns.map(({ holds }) => evaluations.filter(holds).map(cellOf).join("; ") || "–");
    return { cells: [system, by, ...cells] };
  };
  return [
    row("rule", (evaluation) => `– / ${text(evaluation, "accuracy_lenient")}`),
    ...[...graders].map((grader) =>
      row(grader.replace(":", " "), (evaluation) =>
        [`${grader}/reasoning`, `${grader}/prediction`].map((name) => text(evaluation, name)).join(" / "),
      ),
    ),
  ];
}

function text(evaluation: EvaluationData, name: string): string {
  const measure = measuresOf(evaluation).find((each) => each.name === name);
  if (measure === undefined) return "–";
  const figure: Figure = figureOf(measure, evaluation.predictions);
  if (figure.n_total === 0) return "–";
  const failed = figure.n_failed === 0 ? "" : ` (${figure.n_failed} of ${figure.n_total} failed)`;
  return `${formatFigure(figure)}${failed}`;
}
