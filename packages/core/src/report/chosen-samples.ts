import type { EvaluationData } from "../evaluation/analysis/evaluation-data.js";
import type { PredictionRecord } from "../evaluation/records/prediction-record.js";
import { randomStream } from "../random/philox.js";

/** Samples of a report, drawn at random so that they are no selection of the best: `count` of them, in file order. */
export function chosenSamples({ predictions }: EvaluationData, count: number): readonly PredictionRecord[] {
  const order = randomStream(0)
    .fork("report")
    .shuffle(predictions.map((_, index) => index));
  const chosen = order.slice(0, count).sort((a, b) => a - b);
  return chosen.map((index) => predictions[index]!);
}
