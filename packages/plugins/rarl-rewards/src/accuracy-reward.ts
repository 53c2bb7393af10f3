import {
  chosenOption,
  inject,
  injectable,
  sameAnswer,
  rarlError,
  tokens,
  type ComponentFactory,
  type Reward,
  type RewardItem,
  type Sample,
  type ScoreList,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { z } from "zod";
import { componentSection, createChosen } from "./component-section.js";

export const accuracyRewardOptions = z.strictObject({
  openMeasure: z
    .enum(["similarity", "exact"])
    .default("similarity")
    .describe("How answers to open questions are scored: by a text similarity, or 1/0 by equality."),
  similarity: componentSection
    .optional()
    .describe(
      "Similarity for open questions, such as {name: token-f1}; the run's textSimilarity when absent.",
    ),
  closedMatch: z
    .enum(["whole", "first-clause"])
    .default("whole")
    .describe(
      "What of the answer to a closed question must equal the reference: all of it, or all up to its first comma, " +
        "point, semicolon, colon or line end, so that `No, the heart is enlarged.` answers no.",
    ),
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
 * list of everything earns its precision's worth on open questions; `openMeasure: exact` does not. With
 * `closedMatch: first-clause`, what follows the first clause is not read, so `yes, no` answers yes: no more than `yes`.
 *
 * @throws RarlError `DATA_INVALID` when the reference of a choice question is none of its choices
 */
@injectable()
export class AccuracyReward implements Reward {
  private readonly textSimilarity: TextSimilarity;

  constructor(
    @inject(tokens.options) private readonly options: AccuracyRewardOptions,
    @inject(tokens.textSimilarity) textSimilarity: TextSimilarity,
    @inject(tokens.components) components: ComponentFactory,
  ) {
    const { similarity } = options;
    this.textSimilarity =
      similarity === undefined ? textSimilarity : createChosen(components, "similarities", similarity);
  }

  async score(items: readonly RewardItem[], signal: AbortSignal): Promise<ScoreList> {
    signal.throwIfAborted();
    const bySimilarity = items.filter((item) => this.needsSimilarity(item));
    const pairs = bySimilarity.map(({ parsed, sample }) => ({
      candidate: parsed.answer ?? "",
      reference: sample.answer,
    }));
    const similarities = pairs.length === 0 ? [] : await this.textSimilarity.similarity(pairs, signal);
    const similarityOf = new Map(bySimilarity.map((item, index) => [item, similarities[index] ?? NaN]));
    return items.map((item) => similarityOf.get(item) ?? this.exactScore(item));
  }

  private needsSimilarity({ sample, parsed }: RewardItem): boolean {
    return sample.kind === "open" && this.options.openMeasure === "similarity" && Boolean(parsed.answer);
  }

  private exactScore({ sample, parsed }: RewardItem): number {
    const { answer } = parsed;
    if (answer === null || answer === "") return 0;
    if (sample.kind === "choice" && sample.choices !== undefined) {
      return chosenOption(answer, sample.choices) === expectedOption(sample, sample.choices) ? 1 : 0;
    }
    if (sameAnswer(answer, sample.answer)) return 1;
    const clause = sample.kind === "closed" && this.options.closedMatch === "first-clause";
    return clause && sameAnswer(firstClause(answer), sample.answer) ? 1 : 0;
  }
}

/** A point between digits, or inside an abbreviation such as e.g., ends no clause. */
function firstClause(answer: string): string {
  return answer.split(/[,;:\n，；：。、]|\.(?=\s|$)/u, 1)[0]!;
}

function expectedOption(sample: Sample, choices: readonly string[]): number {
  const expected = chosenOption(sample.answer, choices);
  if (expected !== null) return expected;
  throw rarlError("DATA_INVALID", {
    file: sample.origin.file,
    record: sample.origin.record,
    sample: sample.id,
    problems: [`answer "${sample.answer}" is none of the choices`],
  });
}
