/**
 * Applies banned ids and then the repetition penalty to `scores` in place.
 * `history` holds the distinct ids of prompt and completion so far.
 */
export function adjustLogits(
  scores: Float32Array,
  history: ReadonlySet<number>,
  repetitionPenalty: number,
  bannedIds: readonly number[],
): void {
  for (const id of bannedIds) if (id < scores.length) scores[id] = -Infinity;
  if (repetitionPenalty === 1) return;
  for (const id of history) {
    const score = scores[id];
    // An id of a larger vocabulary, such as an added token without a row, has no logit.
    if (score === undefined) continue;
    scores[id] = score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
  }
}
