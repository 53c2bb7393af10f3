import {
  answerMatches,
  inject,
  injectable,
  parseCompletion,
  tokens,
  untaggedAnswer,
  type Judge,
  type JudgeItem,
  type TextSimilarity,
  type Verdict,
} from "@rarl-sdk/core";
import { z } from "zod";

const threshold = z.number().min(0).max(1).default(0.5);

export const ruleJudgeOptions = z.strictObject({
  answerThreshold: threshold.describe("Similarity from which the answer to an open question counts as right"),
  reasoningThreshold: threshold.describe("Similarity to the annotation from which reasoning counts as right"),
});

export type RuleJudgeOptions = z.output<typeof ruleJudgeOptions>;

/**
 * A judge without a model: what can be decided by rule, offline and for nothing. The answer (without an answer block,
 * the text outside the think block) must say the reference answer; for an open question the run's text similarity
 * decides as well. Reasoning is compared with the annotation by the same similarity.
 */
@injectable()
export class RuleJudge implements Judge {
  readonly name = "rules";
  readonly fingerprint: string;

  constructor(
    @inject(tokens.options) private readonly options: RuleJudgeOptions,
    @inject(tokens.textSimilarity) private readonly similarity: TextSimilarity,
  ) {
    this.fingerprint = `rules ${similarity.name} ${options.answerThreshold} ${options.reasoningThreshold}`;
  }

  async grade(items: readonly JudgeItem[], signal: AbortSignal): Promise<readonly Verdict[]> {
    signal.throwIfAborted();
    const read = items.map(({ sample, prediction }) => {
      const { think, answer } = parseCompletion(prediction);
      return { sample, think: think ?? "", answer: answer ?? untaggedAnswer(prediction) };
    });
    const answers = await this.similarities(
      read.map(({ sample, answer }) => ({
        candidate: sample.kind === "open" ? answer : "",
        reference: sample.answer,
      })),
      signal,
    );
    const reasonings = await this.similarities(
      read.map(({ sample, think }) => ({ candidate: think, reference: sample.reasoning ?? "" })),
      signal,
    );
    return read.map(({ sample, answer }, index) => {
      const isSame = answerMatches(answer, sample);
      const answerSimilarity = answers[index]!;
      const isRight = isSame || answerSimilarity >= this.options.answerThreshold;
      const reasoning = sample.reasoning ? reasonings[index]! : null;
      const words = [
        isSame ? "the answer says the reference" : `answer similarity ${answerSimilarity.toFixed(2)}`,
        ...(reasoning === null ? [] : [`reasoning similarity ${reasoning.toFixed(2)}`]),
      ];
      return {
        state: "valid",
        reasoningScore: reasoning === null ? null : Number(reasoning >= this.options.reasoningThreshold),
        predictionScore: Number(isRight),
        justification: `${words.join(", ")} (${this.similarity.name})`,
      };
    });
  }

  /** Of pairs with an empty side, 0: nothing is similar to no text. */
  private async similarities(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const full = pairs.flatMap((pair, index) =>
      pair.candidate.trim() === "" || pair.reference.trim() === "" ? [] : [{ pair, index }],
    );
    const found =
      full.length === 0
        ? []
        : await this.similarity.similarity(
            full.map(({ pair }) => pair),
            signal,
          );
    const result = pairs.map(() => 0);
    for (const [place, { index }] of full.entries()) result[index] = found[place] ?? 0;
    return result;
  }
}
