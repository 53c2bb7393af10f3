import { rarlError, type Judge, type RewardItem, type TextSimilarity, type Verdict } from "@rarl-sdk/core";

/** A completion with a think block, of a sample with an annotation. */
export interface ReasonedItem {
  readonly item: RewardItem;
  readonly think: string;
  readonly reasoning: string;
}

/** Scores the reasoning of completions, one in [0, 1] each, or null where there is none to give. */
export type ReasoningScorer = (
  items: readonly ReasonedItem[],
  signal: AbortSignal,
) => Promise<readonly (number | null)[]>;

/** By the similarity of the think block to the annotation. */
export function similarityScorer(textSimilarity: TextSimilarity): ReasoningScorer {
  return (items, signal) =>
    textSimilarity.similarity(
      items.map(({ think, reasoning }) => ({ candidate: think, reference: reasoning })),
      signal,
    );
}

/**
 * By a judge's reasoning score. The judge is shown the two blocks alone, so that text outside them cannot argue its
 * case. A verdict without a score (refused, unparseable, error) is null and no 0.
 * @throws RarlError `REWARD_UNJUDGED` when a batch gets no score at all
 */
export function judgeScorer(judge: Judge): ReasoningScorer {
  return async (items, signal) => {
    const verdicts = await judge.grade(
      items.map(({ item, think }) => ({ sample: item.sample, prediction: blocksOf(item, think) })),
      signal,
    );
    if (verdicts.length !== items.length) {
      throw unjudged(judge, items.length, `it returned ${verdicts.length} verdicts`);
    }
    const scores = verdicts.map(reasoningScore);
    if (items.length > 0 && scores.every((score) => score === null)) {
      throw unjudged(judge, items.length, whyNot(verdicts[0]!));
    }
    return scores;
  };
}

function blocksOf({ parsed }: RewardItem, think: string): string {
  const reasoning = `<think>${think}</think>`;
  return parsed.answer === null ? reasoning : `${reasoning}\n<answer>${parsed.answer}</answer>`;
}

function reasoningScore(verdict: Verdict): number | null {
  return verdict.state === "valid" ? verdict.reasoningScore : null;
}

function whyNot(verdict: Verdict): string {
  return verdict.state === "valid" ? "it does not score reasoning" : `${verdict.state}: ${verdict.detail}`;
}

function unjudged({ name }: Judge, completions: number, reason: string) {
  return rarlError("REWARD_UNJUDGED", { judge: name, completions, reason });
}
