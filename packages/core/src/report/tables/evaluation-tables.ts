import { agreements } from "../../evaluation/analysis/agreement.js";
import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { figureGroups, type FigureGroup } from "../../evaluation/analysis/figures.js";
import { lengthCorrelations } from "../../evaluation/analysis/length-correlation.js";
import { formatFigure, formatFixed, formatValue } from "../format-figure.js";
import type { ReportTable } from "./report-table.js";

/** Everything that is said of one evaluation in figures. */
export function evaluationTables(evaluation: EvaluationData): readonly ReportTable[] {
  const [whole, ...parts] = figureGroups(evaluation);
  const tables = [wholeTable(whole!), partsTable(parts), agreementTable(evaluation), lengthTable(evaluation)];
  return tables.filter((table) => table !== null);
}

function wholeTable({ figures }: FigureGroup): ReportTable {
  return {
    title: "Results",
    note:
      "Rates in per cent with 95 % intervals: Wilson's where every image has one question, else by bootstrap of images. " +
      "Failed items (no verdict, refused, unparseable) are left out of the mean, never counted as 0.",
    columns: ["Measure", "Mean [95 %]", "Scored", "Failed", "Total"],
    rows: figures.map((figure) => ({
      cells: [
        figure.title,
        formatFigure(figure),
        String(figure.n_scored),
        String(figure.n_failed),
        String(figure.n_total),
      ],
    })),
  };
}

function partsTable(parts: readonly FigureGroup[]): ReportTable | null {
  if (parts.length === 0) return null;
  const titles = [...new Set(parts.flatMap(({ figures }) => figures.map(({ title }) => title)))];
  return {
    title: "By part",
    columns: ["By", "Part", ...titles, "n"],
    rows: parts.map(({ by, group, figures }) => ({
      cells: [
        by,
        group,
        ...titles.map((title) => {
          const figure = figures.find((each) => each.title === title);
          return figure === undefined ? "–" : formatFigure(figure);
        }),
        String(Math.max(...figures.map(({ n_total }) => n_total))),
      ],
    })),
  };
}

function agreementTable(evaluation: EvaluationData): ReportTable | null {
  const rows = agreements(evaluation);
  if (rows.length === 0) return null;
  return {
    title: "Agreement of graders",
    note: "Cohen's κ of every two and Krippendorff's α of all, with 95 % intervals by bootstrap of images.",
    columns: ["Score", "Graders", "Statistic", "Value [95 %]", "Same score %", "n"],
    rows: rows.map(({ target, graders, statistic, value, interval, agreement, n_scored, n_total }) => ({
      cells: [
        target === "prediction" ? "final" : target,
        graders.join(", "),
        statistic === "cohen_kappa" ? "Cohen's κ" : "Krippendorff's α",
        value === null
          ? "–"
          : `${formatFixed(value, 2)}${interval === null ? "" : ` [${formatFixed(interval.low, 2)}, ${formatFixed(interval.high, 2)}]`}`,
        formatValue(agreement),
        `${n_scored} of ${n_total}`,
      ],
    })),
  };
}

function lengthTable(evaluation: EvaluationData): ReportTable | null {
  const rows = lengthCorrelations(evaluation).filter(({ pearson }) => pearson !== null);
  if (rows.length === 0) return null;
  return {
    title: "Length and score",
    note: "Correlation of a completion's length in tokens with its scores. A judge that likes long answers shows here.",
    columns: ["Measure", "Pearson", "Spearman", "n"],
    rows: rows.map(({ title, pearson, spearman, n }) => ({
      cells: [title, formatFixed(pearson, 2), formatFixed(spearman, 2), String(n)],
    })),
  };
}
