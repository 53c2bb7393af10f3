import { randomStream } from "../../random/philox.js";
import { clusterBootstrap, clusterBy } from "../../statistics/cluster-bootstrap.js";
import { cohenKappa } from "../../statistics/cohen-kappa.js";
import type { Interval } from "../../statistics/interval.js";
import { krippendorffAlpha } from "../../statistics/krippendorff-alpha.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import type { EvaluationData, Grader } from "./evaluation-data.js";
import { clusterOf, isGradeDue, type GradeTarget } from "./measure.js";

/** How far graders agree, with an interval by images. */
export interface Agreement {
  readonly target: GradeTarget;
  /** Two graders for κ, all of them for α. */
  readonly graders: readonly string[];
  readonly statistic: "cohen_kappa" | "krippendorff_alpha";
  /** Null where it is not defined, such as when all scores are the same. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Share of items on which two graders agree; null for more than two. */
  readonly agreement: number | null;
  /** Items that at least two of them have scored. */
  readonly n_scored: number;
  /** Items of the evaluation that are to be scored. */
  readonly n_total: number;
}

/** Cohen's κ of every two graders and Krippendorff's nominal α of all, for reasoning and for final answers. */
export function agreements({ predictions, graders }: EvaluationData): readonly Agreement[] {
  return (["reasoning", "prediction"] as const).flatMap((target) => {
    const due = predictions.filter((prediction) => isGradeDue(target, prediction));
    if (due.length === 0 || graders.length < 2) return [];
    const pairs = graders.flatMap((first, index) =>
      graders.slice(index + 1).map((second) => [first, second] as const),
    );
    return [
      ...pairs.map(([first, second]) => kappa(target, due, first, second)),
      alpha(target, due, graders),
    ];
  });
}

interface Graded {
  readonly scores: readonly (number | null)[];
  readonly cluster: string;
}

function graded(
  target: GradeTarget,
  predictions: readonly PredictionRecord[],
  graders: readonly Grader[],
): Graded[] {
  return predictions.map((prediction) => ({
    scores: graders.map(({ grades }) => grades.get(prediction.sample.id)?.[target] ?? null),
    cluster: clusterOf(prediction),
  }));
}

function kappa(
  target: GradeTarget,
  due: readonly PredictionRecord[],
  first: Grader,
  second: Grader,
): Agreement {
  const items = graded(target, due, [first, second]).filter(({ scores }) => !scores.includes(null));
  const kappaOf = (drawn: readonly Graded[]) =>
    cohenKappa(drawn.map(({ scores }) => [scores[0]!, scores[1]!] as const));
  const { kappa: value, agreement, n } = kappaOf(items);
  const names = [nameOf(first), nameOf(second)];
  return {
    target,
    graders: names,
    statistic: "cohen_kappa",
    value,
    interval: intervalOf(items, (drawn) => kappaOf(drawn).kappa, names),
    agreement,
    n_scored: n,
    n_total: due.length,
  };
}

function alpha(target: GradeTarget, due: readonly PredictionRecord[], graders: readonly Grader[]): Agreement {
  const isPaired = ({ scores }: Graded) => scores.filter((score) => score !== null).length > 1;
  const items = graded(target, due, graders).filter(isPaired);
  const alphaOf = (drawn: readonly Graded[]) => krippendorffAlpha(drawn.map(({ scores }) => scores));
  const names = graders.map(nameOf);
  return {
    target,
    graders: names,
    statistic: "krippendorff_alpha",
    value: alphaOf(items),
    interval: intervalOf(items, alphaOf, names),
    agreement: null,
    n_scored: items.length,
    n_total: due.length,
  };
}

function intervalOf(
  items: readonly Graded[],
  statistic: (items: readonly Graded[]) => number | null,
  names: readonly string[],
): Interval | null {
  const clusters = clusterBy(items, ({ cluster }) => cluster);
  const random = randomStream(0).fork("agreement").fork(names.join(" "));
  return clusterBootstrap(clusters, statistic, { random });
}

function nameOf({ kind, name }: Grader): string {
  return `${kind} ${name}`;
}
