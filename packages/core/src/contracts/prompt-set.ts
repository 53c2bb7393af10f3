import type { RandomStream } from "../random/random-stream.js";
import type { Prompt } from "./prompt.js";
import type { Sample } from "./sample.js";

/** A family of ways to ask the same question. */
export interface PromptSet {
  /** Names of the training styles. */
  readonly trainingStyles: readonly string[];
  /** Names of the inference styles; the first is the default of an evaluation. */
  readonly inferenceStyles: readonly string[];
  /** A training prompt for `sample`; whatever is random is drawn from `random`. */
  train(sample: Sample, random: RandomStream): Prompt;
  /**
   * The prompt of an inference style.
   * @throws RarlError `PROMPT_STYLE_UNKNOWN` with the list of the valid ones.
   */
  inference(style: string, sample: Sample): Prompt;
}
