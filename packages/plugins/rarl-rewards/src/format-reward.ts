import { injectable, type Reward, type RewardItem, type ScoreList } from "@rarl-sdk/core";

const scores = { full: 1, partial: 0.1, none: 0 } as const;

/**
 * 1 for exactly one think block and then exactly one answer block, 0.1 when any of the tags is there, 0 without tags.
 * Source: the RARL paper's format reward; `parseCompletion` of core says what "full" means.
 *
 * It looks at the form alone: `<think></think><answer></answer>` scores 1, and earns nothing anywhere else.
 */
@injectable()
export class FormatReward implements Reward {
  score(items: readonly RewardItem[]): ScoreList {
    return items.map((item) => scores[item.parsed.format]);
  }
}
