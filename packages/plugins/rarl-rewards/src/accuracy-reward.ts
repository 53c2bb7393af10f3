import {
  chosenOption,
  inject,
  injectable,
  sameAnswer,
  rarlError,
  tokens,
  type Reward,
  type RewardItem,
  type Sample,
  type ScoreList,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { z } from "zod";

export const accuracyRewardOptions = z.strictObject({
  openMeasure: z
    .enum(["similarity", "exact"])
    .default("similarity")
    .describe("How answers to open questions are scored: by the run's textSimilarity, or 1/0 by equality."),
});

export type AccuracyRewardOptions = z.output<typeof accuracyRewardOptions>;

/**
 * Compares what stands inside the answer block with the reference. Closed and choice questions get 1 or 0 by a
 * strict matcher on the whole answer; open questions the injected text similarity, in [0, 1]. Without exactly one
 * well-formed answer block, or with an empty one, the score is 0.
 *
 * Source: the RARL paper's accuracy reward. It never looks for a substring, which is what the known hacks live on:
 * an empty answer, an answer that lists every class, "no" inside "normal", an answer outside the tags or in a second
 * answer block all score 0. Left open by design: a similarity gives part of the score for part of the words, so a
 * list of everything earns its precision's worth on open questions; `openMeasure: exact` does not.
 *
 * @throws RarlError `DATA_INVALID` when the reference of a choice question is none of its choices
 */
@injectable()
export class AccuracyReward implements Reward {
  constructor(
    @inject(tokens.options) private readonly options: AccuracyRewardOptions,
    @inject(tokens.textSimilarity) private readonly textSimilarity: TextSimilarity,
  ) {}

  async score(items: readonly RewardItem[], signal: AbortSignal): Promise<ScoreList> {
    signal.throwIfAborted();
    const bySimilarity = items.filter((item) => this.needsSimilarity(item));
    const pairs = bySimilarity.map(({ parsed, sample }) => ({
      candidate: parsed.answer ?? "",
      reference: sample.answer,
    }));
    const similarities = pairs.length === 0 ? [] : await this.textSimilarity.similarity(pairs, signal);
    const similarityOf = new Map(bySimilarity.map((item, index) => [item, similarities[index] ?? NaN]));
    return items.map((item) => similarityOf.get(item) ?? exactScore(item));
  }

  private needsSimilarity({ sample, parsed }: RewardItem): boolean {
    return sample.kind === "open" && this.options.openMeasure === "similarity" && Boolean(parsed.answer);
  }
}

function exactScore({ sample, parsed }: RewardItem): number {
  if (parsed.answer === null || parsed.answer === "") return 0;
  return isCorrect(parsed.answer, sample) ? 1 : 0;
}

function isCorrect(answer: string, sample: Sample): boolean {
  if (sample.kind !== "choice" || sample.choices === undefined) {
    return sameAnswer(answer, sample.answer);
  }
  const expected = chosenOption(sample.answer, sample.choices);
  if (expected === null) {
    throw rarlError("DATA_INVALID", {
      file: sample.origin.file,
      record: sample.origin.record,
      sample: sample.id,
      problems: [`answer "${sample.answer}" is none of the choices`],
    });
  }
  return chosenOption(answer, sample.choices) === expected;
}
