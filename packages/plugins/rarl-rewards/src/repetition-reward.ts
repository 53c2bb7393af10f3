import { inject, injectable, tokens, type Reward, type RewardItem, type ScoreList } from "@rarl-sdk/core";
import { z } from "zod";

export const repetitionRewardOptions = z.strictObject({
  ngramSize: z.int().positive().default(3).describe("Tokens of the runs that are counted."),
  maxPenalty: z
    .number()
    .nonpositive()
    .default(-1)
    .describe("Score that a completion of nothing but repeats nears."),
});

export type RepetitionRewardOptions = z.output<typeof repetitionRewardOptions>;

/**
 * A penalty on repeats: `maxPenalty` times the share of the completion's token n-grams that stood in it before. It
 * counts tokens, so it needs no words and holds for any language. Source: "Demystifying Long Chain-of-Thought
 * Reasoning", appendix C.2; TRL's `get_repetition_penalty_reward`.
 */
@injectable()
export class RepetitionReward implements Reward {
  constructor(@inject(tokens.options) private readonly options: RepetitionRewardOptions) {}

  score(items: readonly RewardItem[]): ScoreList {
    const { ngramSize, maxPenalty } = this.options;
    return items.map(({ completion }) => {
      const repeated = repeatedShare(completion.tokenIds, ngramSize);
      return repeated === 0 ? 0 : repeated * maxPenalty;
    });
  }
}

/** 1 − distinct / all n-grams; 0 where there is none. */
function repeatedShare(tokenIds: readonly number[], size: number): number {
  const total = tokenIds.length - size + 1;
  if (total <= 0) return 0;
  const distinct = new Set<string>();
  for (let start = 0; start < total; start++) distinct.add(tokenIds.slice(start, start + size).join(" "));
  return 1 - distinct.size / total;
}
