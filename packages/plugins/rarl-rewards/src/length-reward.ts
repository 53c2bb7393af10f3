import { inject, injectable, tokens, type Reward, type RewardItem, type ScoreList } from "@rarl-sdk/core";
import { z } from "zod";

export const lengthRewardOptions = z.strictObject({
  perToken: z.number().nonnegative().default(0.001).describe("Score of one token of the completion."),
  cap: z.number().positive().default(1).describe("Highest score a completion can get for its length."),
  repeatWindow: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      "Against padding by repeats: a token counts only when the run of so many tokens that ends with it has not " +
        "stood in the completion before. 0 counts every token, as the paper does; 4 is a good start.",
    ),
});

export type LengthRewardOptions = z.output<typeof lengthRewardOptions>;

/**
 * min(perToken × tokens of the completion, cap); the end token counts. Source: the RARL paper's length reward.
 *
 * Known hack: the paper's rule pays for repeating a sentence until the token limit. With the defaults and 256 tokens
 * that is worth at most 0.256, and `repeatWindow` takes it away.
 */
@injectable()
export class LengthReward implements Reward {
  constructor(@inject(tokens.options) private readonly options: LengthRewardOptions) {}

  score(items: readonly RewardItem[]): ScoreList {
    const { perToken, cap, repeatWindow } = this.options;
    return items.map(({ completion }) => {
      const { tokenIds } = completion;
      const count = repeatWindow === 0 ? tokenIds.length : countFreshTokens(tokenIds, repeatWindow);
      return Math.min(perToken * count, cap);
    });
  }
}

/** Tokens that end a run of `window` tokens not seen before; the first `window - 1` tokens always count. */
function countFreshTokens(tokenIds: readonly number[], window: number): number {
  const seen = new Set<string>();
  let count = Math.min(tokenIds.length, window - 1);
  for (let end = window; end <= tokenIds.length; end++) {
    const run = tokenIds.slice(end - window, end).join(" ");
    if (!seen.has(run)) count++;
    seen.add(run);
  }
  return count;
}
