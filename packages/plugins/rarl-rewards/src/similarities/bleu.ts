import { inject, injectable, tokens, type TextSimilarity } from "@rarl-sdk/core";
import { z } from "zod";
import { bleuTokens } from "./bleu-tokens.js";

export const bleuOptions = z.strictObject({
  maxOrder: z.int().min(1).max(4).default(4).describe("Longest n-gram; 1 gives BLEU-1."),
  smoothing: z
    .enum(["exp", "floor", "add-k", "none"])
    .default("exp")
    .describe("What stands in for an n-gram precision of 0, as in sacrebleu; with none the score is 0."),
  lowercase: z.boolean().default(true).describe("Compare without case."),
  tokenizer: z.enum(["13a", "zh"]).default("13a").describe("zh counts every Chinese character as a token."),
});

export type BleuOptions = z.output<typeof bleuOptions>;

/**
 * Sentence BLEU in [0, 1], as sacrebleu computes it with effective order: the geometric mean of the n-gram precisions
 * of the orders that the candidate is long enough for, times the brevity penalty. Two texts without tokens are equal.
 *
 * It was made for whole corpora: on short answers with few n-grams, token F1 or ROUGE-L tell more.
 */
@injectable()
export class Bleu implements TextSimilarity {
  readonly name: string;

  constructor(@inject(tokens.options) private readonly options: BleuOptions) {
    const { maxOrder, smoothing, lowercase, tokenizer } = options;
    this.name = `bleu-${maxOrder}:${smoothing}_${lowercase ? "lowercase" : "mixed-case"}_${tokenizer}`;
  }

  similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return Promise.resolve(
      pairs.map(({ candidate, reference }) => sentenceBleu(candidate, reference, this.options)),
    );
  }
}

/** Counts of a candidate's n-grams of one order. */
interface OrderCounts {
  readonly correct: number;
  readonly total: number;
}

/** BLEU of one pair. */
export function sentenceBleu(candidate: string, reference: string, options: BleuOptions): number {
  const tokensOf = (text: string) =>
    bleuTokens(options.lowercase ? text.toLowerCase() : text, options.tokenizer);
  const candidateTokens = tokensOf(candidate);
  const referenceTokens = tokensOf(reference);
  if (candidateTokens.length + referenceTokens.length === 0) return 1;
  const orders = Array.from({ length: options.maxOrder }, (_, index) =>
    countMatches(candidateTokens, referenceTokens, index + 1),
  );
  // Without a single match smoothing would make up a score.
  if (orders.every(({ correct }) => correct === 0)) return 0;
  const precisions = smoothed(orders, options.smoothing);
  const mean = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / precisions.length;
  const brevity = Math.min(0, 1 - referenceTokens.length / candidateTokens.length);
  return Math.min(Math.exp(mean + brevity), 1);
}

/** Precisions of the orders that the candidate has n-grams of; 0 only without smoothing. */
function smoothed(orders: readonly OrderCounts[], smoothing: BleuOptions["smoothing"]): readonly number[] {
  const precisions: number[] = [];
  let halvings = 1;
  for (const [index, order] of orders.entries()) {
    const added = smoothing === "add-k" && index > 0 ? 1 : 0;
    const [correct, total] = [order.correct + added, order.total + added];
    if (total === 0) break;
    if (correct > 0) precisions.push(correct / total);
    else if (smoothing === "exp") precisions.push(1 / ((halvings *= 2) * total));
    else if (smoothing === "floor") precisions.push(0.1 / total);
    else precisions.push(0);
  }
  return precisions;
}

/** How many of the candidate's n-grams the reference has, each counted as often as there. */
function countMatches(
  candidate: readonly string[],
  reference: readonly string[],
  order: number,
): OrderCounts {
  const remaining = new Map<string, number>();
  for (const ngram of ngrams(reference, order)) remaining.set(ngram, (remaining.get(ngram) ?? 0) + 1);
  let correct = 0;
  let total = 0;
  for (const ngram of ngrams(candidate, order)) {
    total++;
    const left = remaining.get(ngram) ?? 0;
    if (left === 0) continue;
    correct++;
    remaining.set(ngram, left - 1);
  }
  return { correct, total };
}

function* ngrams(words: readonly string[], order: number): Generator<string> {
  for (let start = 0; start + order <= words.length; start++)
    yield words.slice(start, start + order).join(" ");
}
