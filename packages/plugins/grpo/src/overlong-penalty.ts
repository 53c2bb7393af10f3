/**
 * Soft over-length penalty of DAPO (Yu et al. 2025, equation 13): 0 up to `start` tokens, falling linearly to -1 at
 * `cap`, -1 beyond.
 */
export function overlongPenalty(tokens: number, { start, cap }: { start: number; cap: number }): number {
  if (tokens <= start) return 0;
  return tokens >= cap ? -1 : (start - tokens) / (cap - start);
}
