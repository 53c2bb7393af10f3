import { compareEvaluations, countCommon } from "../../evaluation/analysis/comparison.js";
import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { formatChange, formatInterval, formatP } from "../format-figure.js";
import { setName } from "./paper-set.js";
import type { ReportTable } from "./report-table.js";

/** Up to so many evaluations of a set every two are compared; of more, each with the first. */
const mostForAllPairs = 4;

/** Evaluations of the same set against each other, measure by measure, on the items that both answered. */
export function differenceTables(evaluations: readonly EvaluationData[]): readonly ReportTable[] {
  const sets = [...new Set(evaluations.map(setName))];
  return sets.flatMap((set) => {
    const members = evaluations.filter((evaluation) => setName(evaluation) === set);
    const firsts = members.length <= mostForAllPairs ? members : members.slice(0, 1);
    return firsts.flatMap((first, index) =>
      members.slice(index + 1).map((second) => differenceTable(first, second)),
    );
  });
}

const columns = ["Measure", "Difference", "95 %", "Gained", "Lost", "p", "n", "Unpaired"] as const;

function differenceTable(first: EvaluationData, second: EvaluationData): ReportTable {
  const title = `${second.name} against ${first.name}`;
  const common = countCommon(first, second);
  const extent = extentOf(first, second, common);
  if (common === 0) return { title, note: extent, columns, rows: [] };
  const comparisons = compareEvaluations(first, second);
  return {
    title,
    note:
      `${extent} ${second.name} minus ${first.name}: percentage points or tokens, with a 95 % interval by bootstrap of ` +
      `images. Gained are items that ${second.name} alone has right, lost those that ${first.name} alone has. p is ` +
      "McNemar's exact test of these two numbers; it takes items as independent and is not corrected for the number of " +
      "comparisons.",
    columns,
    rows: comparisons.map(({ title: measure, unit, difference, interval, test, n, n_unpaired }) => ({
      cells: [
        measure,
        formatChange(difference, unit),
        formatInterval(interval, unit),
        test === null ? "–" : String(test.onlySecond),
        test === null ? "–" : String(test.onlyFirst),
        formatP(test?.p ?? null),
        String(n),
        String(n_unpaired),
      ],
    })),
  };
}

/** Which items are compared, and what of the two evaluations is not. */
function extentOf(first: EvaluationData, second: EvaluationData, common: number): string {
  const [before, after] = [first.predictions.length, second.predictions.length];
  const unfinished = [first, second].filter(({ record }) => record?.status === "running");
  const warning = unfinished.map(({ name }) => ` ${name} is not finished.`).join("");
  if (common === 0)
    return (
      `Nothing is compared: of ${before} and ${after} items none is in both, with the same question, answer and ` +
      `images.${warning}`
    );
  if (common === before && common === after) return `All ${common} items.${warning}`;
  return (
    `${common} items that both answered, of ${after} of ${second.name} and ${before} of ${first.name}.` +
    warning
  );
}
