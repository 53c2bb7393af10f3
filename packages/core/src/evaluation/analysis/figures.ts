import { randomStream } from "../../random/philox.js";
import { estimateMean, type Estimate } from "../../statistics/estimate.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import { cvBenchScore, isCvBench } from "./cv-bench.js";
import type { EvaluationData } from "./evaluation-data.js";
import { clusterOf, measuresOf, type Measure } from "./measure.js";

/** A measure's mean over predictions. */
export interface Figure extends Estimate {
  readonly measure: string;
  readonly title: string;
  readonly unit: Measure["unit"];
}

/** The figures of one part of an evaluation. */
export interface FigureGroup {
  /** What the parts are told apart by, such as `modality`; `all` for the whole. */
  readonly by: string;
  readonly group: string;
  readonly figures: readonly Figure[];
}

/** Sample facts that results are broken down by, where a data set has them. */
const breakdowns = ["kind", "questionType", "modality", "organ", "task", "dimension", "source"] as const;

/** Parts beyond this number are no breakdown a reader could use. */
const mostGroups = 30;

/** The mean of a measure over the predictions it applies to. Resampling is seeded by the measure's name alone. */
export function figureOf(measure: Measure, predictions: readonly PredictionRecord[]): Figure {
  const { name, title, unit } = measure;
  const items = predictions
    .filter(measure.applies)
    .map((prediction) => ({ score: measure.score(prediction), cluster: clusterOf(prediction) }));
  const random = randomStream(0).fork("bootstrap").fork(name);
  return { measure: name, title, unit, ...estimateMean(items, random) };
}

/** All figures of an evaluation: of the whole, then part by part. CV-Bench has its own figure as well. */
export function figureGroups(evaluation: EvaluationData): readonly FigureGroup[] {
  const measures = measuresOf(evaluation);
  const figures = (predictions: readonly PredictionRecord[]) =>
    measures.map((measure) => figureOf(measure, predictions)).filter(({ n_total }) => n_total > 0);
  const parts = breakdowns.flatMap((by) => {
    const groups = groupsBy(evaluation.predictions, by);
    const isBreakdown = groups.size > 1 && groups.size <= mostGroups;
    return isBreakdown
      ? [...groups].map(([group, members]) => ({ by, group, figures: figures(members) }))
      : [];
  });
  const own = isCvBench(evaluation) ? [cvBenchScore(evaluation.predictions)] : [];
  return [{ by: "all", group: "all", figures: [...figures(evaluation.predictions), ...own] }, ...parts];
}

function groupsBy(
  predictions: readonly PredictionRecord[],
  by: (typeof breakdowns)[number],
): ReadonlyMap<string, readonly PredictionRecord[]> {
  const groups = new Map<string, PredictionRecord[]>();
  for (const prediction of predictions) {
    const { kind, meta } = prediction.sample;
    const value = by === "kind" ? kind : meta[by];
    if (value === undefined) continue;
    const members = groups.get(String(value)) ?? [];
    members.push(prediction);
    groups.set(String(value), members);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
