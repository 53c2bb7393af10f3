import {
  inject,
  injectable,
  tokens,
  type Reward,
  type RewardItem,
  type ScoreList,
  type TextSimilarity,
} from "@rarl-sdk/core";

/**
 * Similarity of the think block to the annotated explanation, in [0, 1]; 0 without exactly one well-formed think
 * block or with an empty one; null (not applicable) where the sample has no annotation, so that annotated and plain
 * samples can be trained together.
 *
 * Source: the RARL paper's reasoning reward; the measure is our choice and is the run's `textSimilarity`.
 */
@injectable()
export class ReasoningReward implements Reward {
  constructor(@inject(tokens.textSimilarity) private readonly textSimilarity: TextSimilarity) {}

  async score(items: readonly RewardItem[], signal: AbortSignal): Promise<ScoreList> {
    signal.throwIfAborted();
    const scorable = items.flatMap((item) => {
      const { reasoning } = item.sample;
      const { think } = item.parsed;
      return reasoning && think ? [{ item, pair: { candidate: think, reference: reasoning } }] : [];
    });
    const pairs = scorable.map(({ pair }) => pair);
    const similarities = pairs.length === 0 ? [] : await this.textSimilarity.similarity(pairs, signal);
    const scoreOf = new Map(scorable.map(({ item }, index) => [item, similarities[index] ?? NaN]));
    return items.map((item) => (item.sample.reasoning ? (scoreOf.get(item) ?? 0) : null));
  }
}
