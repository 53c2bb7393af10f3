import { inject, injectable, tokens, type TextSimilarity } from "@rarl-sdk/core";
import { z } from "zod";
import { unspacedScripts } from "./unspaced-scripts.js";

export const rougeLOptions = z.strictObject({
  measure: z
    .enum(["precision", "recall", "f1"])
    .default("f1")
    .describe("Which of the three is the similarity."),
});

export type RougeLOptions = z.output<typeof rougeLOptions>;

/**
 * ROUGE-L: the longest common subsequence of the two texts' tokens, as a share of the candidate's tokens (precision)
 * and of the reference's (recall). So words count only in the reference's order, unlike in token F1.
 *
 * As the package rouge-score computes it without stemming, tokens being lower-case runs of letters and digits. That
 * drops everything outside ASCII; here letters of any script stay, and of scripts without spaces every character is a
 * token. Two texts without any token are equal.
 */
@injectable()
export class RougeL implements TextSimilarity {
  readonly name: string;

  constructor(@inject(tokens.options) private readonly options: RougeLOptions) {
    this.name = options.measure === "f1" ? "rouge-l" : `rouge-l:${options.measure}`;
  }

  similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const { measure } = this.options;
    return Promise.resolve(pairs.map(({ candidate, reference }) => rougeL(candidate, reference)[measure]));
  }
}

export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** ROUGE-L of one pair, each measure in [0, 1]. */
export function rougeL(candidate: string, reference: string): RougeScore {
  const candidateTokens = rougeTokens(candidate);
  const referenceTokens = rougeTokens(reference);
  if (candidateTokens.length + referenceTokens.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const common = longestCommonSubsequence(candidateTokens, referenceTokens);
  if (common === 0) return { precision: 0, recall: 0, f1: 0 };
  const precision = common / candidateTokens.length;
  const recall = common / referenceTokens.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

const tokenPattern = new RegExp(
  `[${unspacedScripts}]|(?:(?![${unspacedScripts}])[\\p{L}\\p{M}\\p{N}])+`,
  "gu",
);

function rougeTokens(text: string): readonly string[] {
  return text.normalize("NFKC").toLowerCase().match(tokenPattern) ?? [];
}

/** Length of the longest list of tokens that both have in the same order; keeps two rows of the table. */
function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1);
  let current = new Uint32Array(b.length + 1);
  for (const token of a) {
    for (let column = 1; column <= b.length; column++) {
      current[column] =
        token === b[column - 1]
          ? previous[column - 1]! + 1
          : Math.max(previous[column]!, current[column - 1]!);
    }
    [previous, current] = [current, previous];
  }
  return previous[b.length]!;
}
