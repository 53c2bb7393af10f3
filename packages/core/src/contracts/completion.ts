/** Why a completion ended: an end token, the length limit, or the abort signal. */
export type FinishReason = "stop" | "length" | "aborted";

/** One sampled continuation of a prompt. */
export interface Completion {
  /** Generated ids, the end token included when there was one. */
  readonly tokenIds: readonly number[];
  /** Log-probability of each token under the sampling policy at the sampling temperature, nats, `[tokens]`. */
  readonly logProbs: Float32Array;
  /** Decoded text without special tokens. */
  readonly text: string;
  readonly finishReason: FinishReason;
}

/** How to draw completions; temperature 0 is greedy. */
export interface SamplingOptions {
  /** Completions per prompt. */
  readonly completions: number;
  readonly maxNewTokens: number;
  readonly temperature: number;
  /** Keep the tokens whose cumulative probability reaches this; 1 keeps all. */
  readonly topP?: number;
  /** Keep the k most likely tokens; 0 keeps all. */
  readonly topK?: number;
  /** Keep tokens with at least this share of the likeliest token's probability; 0 keeps all. */
  readonly minP?: number;
  /** Above 1 makes every token already in prompt or completion less likely; 1 is off. */
  readonly repetitionPenalty?: number;
  /** Ids that are never sampled, beside the backbone's own (image and video pads). */
  readonly bannedIds?: readonly number[];
}
