import { cvBenchScore, cvBenchTask, cvBenchTasks, isCvBench } from "../../evaluation/analysis/cv-bench.js";
import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { figureOf } from "../../evaluation/analysis/figures.js";
import { measuresOf } from "../../evaluation/analysis/measure.js";
import { formatFigure } from "../format-figure.js";
import { paperCvBench } from "./paper-results.js";
import type { ReportTable } from "./report-table.js";

/** Table 2 of the paper with the given evaluations; null when none is of CV-Bench. */
export function cvBenchTable(evaluations: readonly EvaluationData[]): ReportTable | null {
  const own = evaluations.filter(isCvBench);
  if (own.length === 0) return null;
  return {
    title: "CV-Bench, as in the paper's Table 2",
    note:
      "Per cent right with 95 % intervals. Total is over all questions, as in the paper; official is CV-Bench's own " +
      "figure, ½ · ((ADE20K + COCO) / 2 + Omni3D).",
    columns: ["System", "Training samples", ...cvBenchTasks, "Total", "Official"],
    rows: [
      ...own.map((evaluation) => ({ cells: [evaluation.name, "–", ...measuredCells(evaluation)] })),
      ...paperCvBench.map(({ method, trainingSamples, tasks, total }) => ({
        cells: [
          `Paper: ${method}`,
          String(trainingSamples),
          ...[...tasks, total].map((value) => value.toFixed(2)),
          "–",
        ],
        isPublished: true,
      })),
    ],
  };
}

function measuredCells(evaluation: EvaluationData): string[] {
  const measure = measuresOf(evaluation).find(({ name }) => name === "accuracy_lenient")!;
  const { predictions } = evaluation;
  const parts = cvBenchTasks.map((task) => predictions.filter(({ sample }) => cvBenchTask(sample) === task));
  const cells = [...parts, predictions].map((part) => formatFigure(figureOf(measure, part)));
  return [...cells, formatFigure(cvBenchScore(predictions))];
}
