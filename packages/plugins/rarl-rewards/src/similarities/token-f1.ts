import { injectable, normalizeAnswer, type TextSimilarity } from "@rarl-sdk/core";
import { unspacedScripts } from "./unspaced-scripts.js";

/**
 * F1 of the two texts' bags of tokens after `normalizeAnswer`: 2·overlap / (tokens of one + tokens of the other),
 * repeated tokens matched as often as both have them. Empty against empty is 1, empty against anything else 0.
 *
 * Tokens are words; of scripts without spaces (Han, Hiragana, Katakana) every character is one.
 */
@injectable()
export class TokenF1 implements TextSimilarity {
  readonly name = "token-f1";

  similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return Promise.resolve(pairs.map(({ candidate, reference }) => tokenF1(candidate, reference)));
  }
}

/** Token F1 of one pair, in [0, 1]. */
export function tokenF1(candidate: string, reference: string): number {
  const candidateTokens = bagTokens(candidate);
  const referenceTokens = bagTokens(reference);
  const total = candidateTokens.length + referenceTokens.length;
  if (total === 0) return 1;
  const remaining = new Map<string, number>();
  for (const token of referenceTokens) remaining.set(token, (remaining.get(token) ?? 0) + 1);
  let overlap = 0;
  for (const token of candidateTokens) {
    const left = remaining.get(token) ?? 0;
    if (left === 0) continue;
    overlap++;
    remaining.set(token, left - 1);
  }
  return (2 * overlap) / total;
}

const tokenPattern = new RegExp(`[${unspacedScripts}]|[^\\s${unspacedScripts}]+`, "gu");

function bagTokens(text: string): string[] {
  return normalizeAnswer(text).match(tokenPattern) ?? [];
}
