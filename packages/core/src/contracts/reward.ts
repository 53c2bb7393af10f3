import type { FinishReason } from "./completion.js";
import type { Prompt } from "./prompt.js";
import type { Sample } from "./sample.js";
import type { ParsedCompletion } from "../text/parse-completion.js";

/** One completion to score. */
export interface RewardItem {
  readonly sample: Sample;
  readonly prompt: Prompt;
  readonly completion: {
    readonly text: string;
    readonly tokenIds: readonly number[];
    readonly finishReason: FinishReason;
  };
  /** The text taken apart at its `<think>` and `<answer>` tags. */
  readonly parsed: ParsedCompletion;
}

/** Scores completions. */
export interface Reward {
  /**
   * One score a completion, in order; null where the reward does not apply, which is not the same as 0.
   * May be asynchronous; must stop when `signal` aborts.
   */
  score(items: readonly RewardItem[], signal: AbortSignal): ScoreList | Promise<ScoreList>;
}

export type ScoreList = readonly (number | null)[];
