/** Lengths of some kind of text in a data set. */
export interface LengthSummary {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  /** 95th percentile, the smallest length that so many texts do not exceed. */
  readonly p95: number;
  readonly max: number;
}

/** Null of no lengths. */
export function summarizeLengths(lengths: readonly number[]): LengthSummary | null {
  if (lengths.length === 0) return null;
  const sorted = lengths.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  const sum = sorted.reduce((total, length) => total + length, 0);
  return {
    count: sorted.length,
    mean: sum / sorted.length,
    median: at(0.5),
    p95: at(0.95),
    max: sorted.at(-1)!,
  };
}
