import type { RandomStream } from "../random/random-stream.js";
import { clusterBootstrapMean, clusterBy } from "./cluster-bootstrap.js";
import type { Interval } from "./interval.js";
import { mcnemar, type McNemar } from "./mcnemar.js";
import { mean } from "./mean.js";

/** One item's score by two systems. */
export interface PairedItem {
  readonly first: number;
  readonly second: number;
  /** Items of equal cluster, such as of the same image, are not independent. */
  readonly cluster: string;
}

/** How much better the second system is on the items that both have a score for. */
export interface PairedDifference {
  /** Mean of second minus first; null of no items. */
  readonly difference: number | null;
  /** At 95 %, by cluster bootstrap of the pairs; null of no items. */
  readonly interval: Interval | null;
  /** McNemar's exact test; null unless all scores are 0 or 1. */
  readonly test: McNemar | null;
  readonly n: number;
}

/** Compares two systems on the same items, pair by pair. */
export function pairedDifference(items: readonly PairedItem[], random: RandomStream): PairedDifference {
  const n = items.length;
  if (n === 0) return { difference: null, interval: null, test: null, n };
  const isBinary = items.every(({ first, second }) => [0, 1].includes(first) && [0, 1].includes(second));
  const clusters = clusterBy(items, ({ cluster }) => cluster);
  const differences = clusters.map((pairs) => pairs.map(({ first, second }) => second - first));
  return {
    difference: mean(differences.flat()),
    interval: clusterBootstrapMean(differences, { random }),
    test: isBinary ? mcnemar(items.map(({ first, second }) => [first === 1, second === 1])) : null,
    n,
  };
}
