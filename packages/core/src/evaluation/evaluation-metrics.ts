import type { Prediction } from "../hooks/run-hooks.js";
import { parseCompletion } from "../text/parse-completion.js";

type Metrics = Readonly<Record<string, number>>;

/**
 * Metrics of a set of predictions; rates in [0, 1], lengths in tokens. A mean over nothing, such as of a reward
 * that never applied, is left out.
 */
export function evaluationMetrics(predictions: readonly Prediction[]): Metrics {
  const rewards = new Set(predictions.flatMap((prediction) => Object.keys(prediction.rewards)));
  const scores = new Set(predictions.flatMap((prediction) => Object.keys(prediction.scores)));
  const means: [string, number | null][] = [
    ["accuracy_strict", mean(predictions.map(({ strict }) => Number(strict)))],
    ["accuracy_lenient", mean(predictions.map(({ lenient }) => Number(lenient)))],
    [
      "format",
      mean(predictions.map(({ completion }) => Number(parseCompletion(completion).format === "full"))),
    ],
    ["mean_length", mean(predictions.map(({ tokens }) => tokens))],
    ["reward", mean(predictions.map(({ reward }) => reward))],
    ...[...rewards].map((name): [string, number | null] => [
      `rewards/${name}/mean`,
      mean(predictions.map((prediction) => prediction.rewards[name] ?? null)),
    ]),
    ...[...scores].map((name): [string, number | null] => [
      `scores/${name}/mean`,
      mean(predictions.map((prediction) => prediction.scores[name] ?? null)),
    ]),
  ];
  return {
    ...Object.fromEntries(means.filter((entry): entry is [string, number] => entry[1] !== null)),
    n_total: predictions.length,
    n_truncated: predictions.filter(({ finishReason }) => finishReason === "length").length,
  };
}

/** The metrics by question type: the sample's `meta.questionType`, or its kind. */
export function evaluationGroups(predictions: readonly Prediction[]): Readonly<Record<string, Metrics>> {
  const groups = new Map<string, Prediction[]>();
  for (const prediction of predictions) {
    const name = String(prediction.sample.meta["questionType"] ?? prediction.sample.kind);
    groups.set(name, [...(groups.get(name) ?? []), prediction]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, members]) => [name, evaluationMetrics(members)]));
}

/** Mean of the values that are there; null when none is. */
function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}
