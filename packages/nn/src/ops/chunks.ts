import { concat, tidy, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Runs `f` over ranges of `count` items and joins each of its results along the first axis, so that what `f` makes
 * on the way exists for one range at a time.
 */
export function inChunks(count: number, size: number, f: (from: number, size: number) => Tensor[]): Tensor[] {
  const columns: Tensor[][] = [];
  for (let from = 0; from < count; from += size) {
    const results = tidy(() => f(from, Math.min(size, count - from)));
    results.forEach((result, i) => (columns[i] ??= []).push(result));
  }
  return columns.map((column) => {
    if (column.length === 1) return column[0]!;
    const joined = concat(column, 0);
    for (const piece of column) piece.dispose();
    return joined;
  });
}
