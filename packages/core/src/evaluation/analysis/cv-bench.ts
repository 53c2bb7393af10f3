import { randomStream } from "../../random/philox.js";
import { clusterBootstrap, clusterBy } from "../../statistics/cluster-bootstrap.js";
import { mean } from "../../statistics/mean.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import type { Figure } from "./figures.js";
import { clusterOf } from "./measure.js";

/** CV-Bench's tasks, in the order in which they are reported. */
export const cvBenchTasks = ["Count", "Relation", "Depth", "Distance"] as const;
export type CvBenchTask = (typeof cvBenchTasks)[number];

/** Data sets that CV-Bench's questions come from, as `meta.source` names them: two of 2D questions, one of 3D ones. */
const sources = ["ade20k", "coco", "omni3d"] as const;

/** CV-Bench's task of a sample by `meta.questionType`, as our importer writes it, or `meta.task`; null without one. */
export function cvBenchTask({ meta }: PredictionRecord["sample"]): CvBenchTask | null {
  const name = String(meta["task"] ?? meta["questionType"] ?? "").toLowerCase();
  return cvBenchTasks.find((each) => each.toLowerCase() === name) ?? null;
}

/** Whether every question of an evaluation belongs to one of CV-Bench's tasks. */
export function isCvBench({ predictions }: { readonly predictions: readonly PredictionRecord[] }): boolean {
  return predictions.length > 0 && predictions.every(({ sample }) => cvBenchTask(sample) !== null);
}

/**
 * CV-Bench's own figure, ½ · ((ADE20K + COCO) / 2 + Omni3D): the mean of its 2D and its 3D accuracy. It has no value
 * unless questions of all three sources are there; those of no known source count as failed.
 */
export function cvBenchScore(predictions: readonly PredictionRecord[]): Figure {
  const items = predictions.flatMap((prediction) => {
    const { sample, lenient } = prediction;
    const source = sources.indexOf(String(sample.meta["source"]).toLowerCase() as (typeof sources)[number]);
    return source < 0 ? [] : [{ source, score: Number(lenient), cluster: clusterOf(prediction) }];
  });
  const value = officialMean(items);
  const random = randomStream(0).fork("bootstrap").fork("cv_bench");
  const clusters = clusterBy(items, ({ cluster }) => cluster);
  return {
    measure: "cv_bench",
    title: "CV-Bench score",
    unit: "rate",
    value,
    interval: value === null ? null : clusterBootstrap(clusters, officialMean, { random }),
    method: value === null ? null : "cluster-bootstrap",
    n_scored: items.length,
    n_failed: predictions.length - items.length,
    n_total: predictions.length,
  };
}

function officialMean(items: readonly { readonly source: number; readonly score: number }[]): number | null {
  const bySource: number[][] = sources.map(() => []);
  for (const { source, score } of items) bySource[source]!.push(score);
  if (bySource.some((scores) => scores.length === 0)) return null;
  const [ade20k, coco, omni3d] = bySource.map(mean);
  return ((ade20k! + coco!) / 2 + omni3d!) / 2;
}
