export function sum(values: readonly number[] | Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[] | Float32Array): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** Standard deviation with n - 1; 0 for fewer than two values. */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Quantile with linear interpolation between neighbours, rounded to single precision so that a quantile that
 * falls on a value equals it.
 * @param share in [0, 1]
 */
export function quantile(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  const rank = share * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return Math.fround(low + (high - low) * (rank - below));
}
