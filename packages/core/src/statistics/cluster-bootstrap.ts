import type { RandomStream } from "../random/random-stream.js";
import { defaultConfidence, type Interval } from "./interval.js";
import { quantile } from "./quantile.js";

/** Resamples of a bootstrap unless another number is asked for. */
export const defaultResamples = 2000;

export interface BootstrapOptions {
  readonly random: RandomStream;
  readonly resamples?: number;
  readonly confidence?: number;
}

/** Items by cluster, such as by image: items of one cluster are drawn together. */
export type Clusters<Item> = readonly (readonly Item[])[];

/** Groups items by a key, in order of first appearance. */
export function clusterBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Clusters<Item> {
  const clusters = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const members = clusters.get(key);
    if (members === undefined) clusters.set(key, [item]);
    else members.push(item);
  }
  return [...clusters.values()];
}

/**
 * Percentile interval of a statistic by drawing whole clusters with replacement, so that items that share an image
 * do not count as independent. Null of no clusters, and when the statistic is undefined (null) for more than half of
 * the resamples; other undefined resamples are left out.
 */
export function clusterBootstrap<Item>(
  clusters: Clusters<Item>,
  statistic: (items: readonly Item[]) => number | null,
  { random, resamples = defaultResamples, confidence = defaultConfidence }: BootstrapOptions,
): Interval | null {
  if (clusters.length === 0) return null;
  const draws = Array.from({ length: resamples }, () => clusters.map(() => random.integer(clusters.length)));
  return bootstrapInterval(clusters, statistic, draws, confidence);
}

/** The same for a mean: only the sum and the size of each cluster are drawn, so that it takes no longer than need be. */
export function clusterBootstrapMean(clusters: Clusters<number>, options: BootstrapOptions): Interval | null {
  const totals = clusters.map((values) => [
    { sum: values.reduce((sum, value) => sum + value, 0), size: values.length },
  ]);
  const meanOf = (drawn: readonly { readonly sum: number; readonly size: number }[]) => {
    let [sum, size] = [0, 0];
    for (const total of drawn) {
      sum += total.sum;
      size += total.size;
    }
    return sum / size;
  };
  return clusterBootstrap(totals, meanOf, options);
}

/**
 * The bootstrap with the draws given.
 * @param draws indices into `clusters`, `[resamples, clusters]`
 */
export function bootstrapInterval<Item>(
  clusters: Clusters<Item>,
  statistic: (items: readonly Item[]) => number | null,
  draws: readonly (readonly number[])[],
  confidence = defaultConfidence,
): Interval | null {
  const values: number[] = [];
  for (const draw of draws) {
    const value = statistic(draw.flatMap((index) => clusters[index]!));
    if (value !== null) values.push(value);
  }
  if (values.length * 2 < draws.length) return null;
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}
