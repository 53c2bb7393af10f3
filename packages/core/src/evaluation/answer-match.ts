import type { Sample } from "../contracts/sample.js";
import { chosenOption } from "../text/chosen-option.js";
import { sameAnswer } from "../text/same-answer.js";

/** What decides whether an answer is right. */
export type AnswerKey = Pick<Sample, "answer" | "choices">;

/**
 * Whether `answer` as a whole says the reference answer: equal after normalisation, never a substring. Of a
 * choice question the option's letter says the same as its text.
 */
export function answerMatches(answer: string, key: AnswerKey): boolean {
  const choices = key.choices ?? [];
  if (choices.length > 0) {
    const chosen = chosenOption(answer, choices);
    const right = chosenOption(key.answer, choices);
    // What names no single option is no answer, however alike normalisation makes it ("5 mm" and "<5 mm").
    if (right !== null) return chosen === right;
  }
  return sameAnswer(answer, key.answer);
}
