import {
  inject,
  injectable,
  tokens,
  type ComponentFactory,
  type Reward,
  type RewardItem,
  type ScoreList,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { z } from "zod";
import { componentSection, createChosen } from "./component-section.js";
import {
  judgeScorer,
  similarityScorer,
  type ReasonedItem,
  type ReasoningScorer,
} from "./reasoning-scorers.js";

export const reasoningRewardOptions = z
  .strictObject({
    similarity: componentSection
      .optional()
      .describe("Similarity to score by, such as {name: rouge-l}; the run's textSimilarity when absent."),
    judge: componentSection.optional().describe("Judge to score by, in place of a similarity."),
  })
  .refine(({ similarity, judge }) => similarity === undefined || judge === undefined, {
    error: "scores by a similarity or by a judge, not by both",
    path: ["judge"],
  });

export type ReasoningRewardOptions = z.output<typeof reasoningRewardOptions>;

/**
 * How well the think block agrees with the annotated explanation, in [0, 1]: by a text similarity, or by a judge. 0
 * without exactly one well-formed think block or with an empty one; null (not applicable) where the sample has no
 * annotation, so that annotated and plain samples can be trained together, and where a judge gave no verdict on one of
 * the sample's completions.
 *
 * Source: the RARL paper's reasoning reward and its dual-reward design; the measures are our choice.
 *
 * @throws RarlError `REWARD_UNJUDGED`, and what the similarity or the judge throws
 */
@injectable()
export class ReasoningReward implements Reward {
  private readonly scorer: ReasoningScorer;

  constructor(
    @inject(tokens.options) { similarity, judge }: ReasoningRewardOptions,
    @inject(tokens.textSimilarity) textSimilarity: TextSimilarity,
    @inject(tokens.components) components: ComponentFactory,
  ) {
    if (judge !== undefined) this.scorer = judgeScorer(createChosen(components, "judges", judge));
    else if (similarity === undefined) this.scorer = similarityScorer(textSimilarity);
    else this.scorer = similarityScorer(createChosen(components, "similarities", similarity));
  }

  async score(items: readonly RewardItem[], signal: AbortSignal): Promise<ScoreList> {
    signal.throwIfAborted();
    const reasoned = items.flatMap((item): ReasonedItem[] => {
      const { reasoning } = item.sample;
      const { think } = item.parsed;
      return reasoning && think ? [{ item, think, reasoning }] : [];
    });
    const found = reasoned.length === 0 ? [] : await this.scorer(reasoned, signal);
    const scoreOf = new Map(reasoned.map(({ item }, index) => [item, found[index]]));
    const unscored = new Set(
      reasoned.flatMap(({ item }, at) => (found[at] === null ? [item.sample.id] : [])),
    );
    return items.map((item) => {
      // One completion without a score takes it from all of its sample: the others would be ahead for being judged.
      if (!item.sample.reasoning || unscored.has(item.sample.id)) return null;
      const score = scoreOf.get(item);
      return scoreOf.has(item) ? (score ?? NaN) : 0;
    });
  }
}
