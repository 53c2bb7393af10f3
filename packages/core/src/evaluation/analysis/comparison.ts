import { randomStream } from "../../random/philox.js";
import { pairedDifference, type PairedDifference } from "../../statistics/paired-difference.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import type { EvaluationData } from "./evaluation-data.js";
import { clusterOf, measuresOf, type Measure } from "./measure.js";

/** One measure of two systems on the items that both answered. */
export interface Comparison extends PairedDifference {
  readonly measure: string;
  readonly title: string;
  readonly unit: Measure["unit"];
  /** Names of the two evaluations. */
  readonly first: string;
  readonly second: string;
  /** Items of either evaluation that could not be paired: absent from the other, or without a score in one. */
  readonly n_unpaired: number;
}

/** Whether two predictions are about the same item: the same question about the same images with the same answer. */
function isSameItem(a: PredictionRecord, b: PredictionRecord): boolean {
  return (
    a.sample.question === b.sample.question &&
    a.sample.answer === b.sample.answer &&
    clusterOf(a) === clusterOf(b)
  );
}

/** How many items two evaluations have in common. */
export function countCommon(first: EvaluationData, second: EvaluationData): number {
  const answers = new Map(second.predictions.map((prediction) => [prediction.sample.id, prediction]));
  return first.predictions.filter((prediction) => {
    const match = answers.get(prediction.sample.id);
    return match !== undefined && isSameItem(prediction, match);
  }).length;
}

/** Every measure that two evaluations have in common, second against first. */
export function compareEvaluations(first: EvaluationData, second: EvaluationData): readonly Comparison[] {
  const others = new Map(measuresOf(second).map((measure) => [measure.name, measure]));
  return measuresOf(first).flatMap((measure) => {
    const other = others.get(measure.name);
    return other === undefined ? [] : [compare(first, second, measure, other)];
  });
}

function compare(
  first: EvaluationData,
  second: EvaluationData,
  measure: Measure,
  other: Measure,
): Comparison {
  const { name, title, unit } = measure;
  const answers = new Map(second.predictions.map((prediction) => [prediction.sample.id, prediction]));
  const due = first.predictions.filter(measure.applies);
  const pairs = due.flatMap((prediction) => {
    const match = answers.get(prediction.sample.id);
    if (match === undefined || !other.applies(match) || !isSameItem(prediction, match)) return [];
    const [a, b] = [measure.score(prediction), other.score(match)];
    return a === null || b === null ? [] : [{ first: a, second: b, cluster: clusterOf(prediction) }];
  });
  const random = randomStream(0).fork("comparison").fork(name);
  const dueInSecond = second.predictions.filter(other.applies).length;
  return {
    measure: name,
    title,
    unit,
    first: first.name,
    second: second.name,
    n_unpaired: Math.max(due.length, dueInSecond) - pairs.length,
    ...pairedDifference(pairs, random),
  };
}
