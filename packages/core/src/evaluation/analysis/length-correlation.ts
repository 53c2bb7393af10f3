import { pearson, spearman } from "../../statistics/correlation.js";
import type { EvaluationData } from "./evaluation-data.js";
import { measuresOf } from "./measure.js";

/** Whether longer completions score higher: what a judge that likes long answers, or a padded reward, would show. */
export interface LengthCorrelation {
  readonly measure: string;
  readonly title: string;
  /** Pearson's, which of a 0/1 score is the point-biserial correlation; null where either is constant. */
  readonly pearson: number | null;
  /** Spearman's rank correlation. */
  readonly spearman: number | null;
  readonly n: number;
}

/** Correlation of completion length in tokens with every measure of an evaluation. */
export function lengthCorrelations(evaluation: EvaluationData): readonly LengthCorrelation[] {
  return measuresOf(evaluation)
    .filter(({ name }) => name !== "tokens")
    .map(({ name, title, applies, score }) => {
      const pairs = evaluation.predictions.filter(applies).flatMap((prediction) => {
        const value = score(prediction);
        return value === null ? [] : [[prediction.tokens, value] as const];
      });
      return { measure: name, title, pearson: pearson(pairs), spearman: spearman(pairs), n: pairs.length };
    });
}
