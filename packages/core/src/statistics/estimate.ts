import type { RandomStream } from "../random/random-stream.js";
import { clusterBootstrapMean, clusterBy } from "./cluster-bootstrap.js";
import type { Interval } from "./interval.js";
import { mean } from "./mean.js";
import { wilsonInterval } from "./wilson-interval.js";

/** How an interval was made. */
export type IntervalMethod = "wilson" | "cluster-bootstrap";

/** A mean score, its interval, and how many items it rests on. */
export interface Estimate {
  /** Mean over the scored items, in the unit of the scores; null when none is scored. */
  readonly value: number | null;
  /** At 95 %; null when none is scored. */
  readonly interval: Interval | null;
  readonly method: IntervalMethod | null;
  readonly n_scored: number;
  /** Items that should have a score and have none. */
  readonly n_failed: number;
  readonly n_total: number;
}

export interface ScoredItem {
  /** Null when the item has no score. */
  readonly score: number | null;
  /** Items of equal cluster, such as of the same image, are not independent. */
  readonly cluster: string;
}

/**
 * Mean score of items with an interval. Independent 0/1 scores (every cluster a single item) get Wilson's interval,
 * others the cluster bootstrap. Where all scores are equal a bootstrap sees no spread; 0/1 scores then get Wilson's
 * interval with the clusters as the number of items, which is the cautious reading.
 */
export function estimateMean(items: readonly ScoredItem[], random: RandomStream): Estimate {
  const scored = items.flatMap(({ score, cluster }) => (score === null ? [] : [{ score, cluster }]));
  const counts = { n_scored: scored.length, n_failed: items.length - scored.length, n_total: items.length };
  if (scored.length === 0) return { value: null, interval: null, method: null, ...counts };
  const clusters = clusterBy(scored, ({ cluster }) => cluster);
  const scores = scored.map(({ score }) => score);
  const value = mean(scores);
  const isBinary = scores.every((score) => score === 0 || score === 1);
  const isConstant = scores.every((score) => score === scores[0]);
  if (isBinary && (isConstant || clusters.length === scores.length)) {
    const interval = wilsonInterval(value * clusters.length, clusters.length);
    return { value, interval, method: "wilson", ...counts };
  }
  const values = clusters.map((members) => members.map(({ score }) => score));
  return {
    value,
    interval: clusterBootstrapMean(values, { random }),
    method: "cluster-bootstrap",
    ...counts,
  };
}
