import { sharedTokens } from "./token-counts.js";

/**
 * BLEU of one tokenised sentence in [0, 1], not smoothed: 0 as soon as an order has no match. A candidate shorter than
 * `maxOrder` has its orders weighted alike, as nltk's `sentence_bleu(…, auto_reweigh=True)` does for orders up to 4, so
 * that a right answer of one word scores 1.
 */
export function sentenceBleu(
  candidate: readonly string[],
  reference: readonly string[],
  maxOrder = 4,
): number {
  const orders = Math.min(maxOrder, candidate.length);
  if (orders === 0) return 0;
  let logPrecision = 0;
  for (let order = 1; order <= orders; order++) {
    const grams = gramsOf(candidate, order);
    const precision = sharedTokens(grams, gramsOf(reference, order)) / grams.length;
    if (precision === 0) return 0;
    logPrecision += Math.log(precision) / orders;
  }
  const brevity = Math.min(0, 1 - reference.length / candidate.length);
  return Math.exp(brevity + logPrecision);
}

/** N-grams of a sentence, each as one string. */
function gramsOf(tokens: readonly string[], order: number): readonly string[] {
  return tokens.slice(order - 1).map((_, start) => tokens.slice(start, start + order).join("\u0000"));
}
