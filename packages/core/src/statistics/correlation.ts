import { mean } from "./mean.js";

/** Pearson's correlation of pairs; of a length and a 0/1 score it is the point-biserial one. Null when either is constant. */
export function pearson(pairs: readonly (readonly [number, number])[]): number | null {
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  let [xx, yy, xy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  // Not at once under one root: the product of two large sums may overflow.
  return xx === 0 || yy === 0 || pairs.length < 2 ? null : xy / (Math.sqrt(xx) * Math.sqrt(yy));
}

/** Spearman's rank correlation of pairs, ties sharing their mean rank. Null when either is constant. */
export function spearman(pairs: readonly (readonly [number, number])[]): number | null {
  const x = ranks(pairs.map(([value]) => value));
  const y = ranks(pairs.map(([, value]) => value));
  return pearson(x.map((rank, index) => [rank, y[index]!] as const));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const index of order.slice(start, end)) result[index] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}
