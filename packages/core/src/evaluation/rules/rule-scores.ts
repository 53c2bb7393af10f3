import type { Sample } from "../../contracts/sample.js";
import { llavaMedScores } from "./llava-med.js";
import { openAnswerScores } from "./open-answer.js";
import { vqaMedScores } from "./vqa-med.js";

/** Scores in [0, 1] by name; null where a score does not apply to the question. */
export type RuleScores = Readonly<Record<string, number | null>>;

/** What a rule needs to know of a sample. */
export type ScoredSample = Pick<Sample, "answer" | "kind" | "meta">;

/** The families of rule scores that `evaluation.scores` may name. */
export const ruleFamilies = ["open-answer", "llava-med-compat", "vqa-med"] as const;
export type RuleFamily = (typeof ruleFamilies)[number];

const families: Readonly<Record<RuleFamily, (answer: string, sample: ScoredSample) => RuleScores>> = {
  "open-answer": openAnswerScores,
  "llava-med-compat": llavaMedScores,
  "vqa-med": vqaMedScores,
};

/**
 * Scores an answer by rules that other work reports, beside the exact match that every evaluation has.
 * @param answer text of the answer block, or what stands outside the reasoning when there is no block
 */
export function ruleScores(answer: string, sample: ScoredSample, chosen: readonly RuleFamily[]): RuleScores {
  return Object.assign({}, ...chosen.map((family) => families[family](answer, sample))) as RuleScores;
}
