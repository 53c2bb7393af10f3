import { inject, injectable, tokens, type Reward, type RewardItem, type ScoreList } from "@rarl-sdk/core";
import { z } from "zod";

export const softOverlongRewardOptions = z.strictObject({
  maxTokens: z
    .int()
    .positive()
    .default(256)
    .describe("Length at which the penalty is full; the algorithm's maxNewTokens."),
  bufferTokens: z
    .int()
    .nonnegative()
    .default(64)
    .describe("Over so many tokens before that the penalty rises; 0 punishes only what is longer."),
});

export type SoftOverlongRewardOptions = z.output<typeof softOverlongRewardOptions>;

/**
 * A penalty on completions that come near the longest: 0 up to `maxTokens − bufferTokens`, from there falling in a line
 * to −1 at `maxTokens`. Source: DAPO, equation 13; TRL's `get_soft_overlong_punishment`.
 *
 * A completion that was cut off is −1 whatever its length: it was too long, also where `maxTokens` here is set higher
 * than the limit it ran into.
 */
@injectable()
export class SoftOverlongReward implements Reward {
  constructor(@inject(tokens.options) private readonly options: SoftOverlongRewardOptions) {}

  score(items: readonly RewardItem[]): ScoreList {
    return items.map(({ completion }) =>
      completion.finishReason === "length" ? -1 : this.penalty(completion.tokenIds.length),
    );
  }

  private penalty(length: number): number {
    const { maxTokens, bufferTokens } = this.options;
    const over = length - (maxTokens - bufferTokens);
    if (over <= 0) return 0;
    return length > maxTokens ? -1 : -over / bufferTokens;
  }
}
