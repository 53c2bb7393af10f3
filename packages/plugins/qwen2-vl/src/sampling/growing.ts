import type { FinishReason, RandomStream } from "@rarl-sdk/core";
import type { Qwen2VLPrompt } from "../model/prompt.js";

export interface SampledTokens {
  readonly tokenIds: readonly number[];
  readonly logProbs: Float32Array;
  readonly finishReason: FinishReason;
}

/** When a completion ends. */
export interface CompletionLimits {
  readonly endTokenIds: ReadonlySet<number>;
  readonly maxNewTokens: number;
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number;
}

/** One completion while it grows. */
export class Growing {
  private readonly ids: number[] = [];
  private readonly logProbs: number[] = [];
  private finishReason: FinishReason | null = null;
  /** Tokens it may have at most. */
  readonly limit: number;

  constructor(
    readonly prompt: Qwen2VLPrompt,
    /** Its own, so that what it draws does not depend on the batch. */
    readonly random: RandomStream,
    private readonly limits: CompletionLimits,
  ) {
    this.limit = Math.min(limits.maxNewTokens, limits.contextLength - prompt.tokenIds.length);
  }

  get length(): number {
    return this.ids.length;
  }

  get lastId(): number {
    return this.ids.at(-1)!;
  }

  isOpen = (): boolean => this.finishReason === null;

  append(id: number, logProb: number): void {
    this.ids.push(id);
    this.logProbs.push(logProb);
    if (this.limits.endTokenIds.has(id)) this.finishReason = "stop";
    else if (this.ids.length >= this.limit) this.finishReason = "length";
  }

  /** What it is, cut off if it is still open. */
  result(): SampledTokens {
    return {
      tokenIds: this.ids,
      logProbs: Float32Array.from(this.logProbs),
      finishReason: this.finishReason ?? "aborted",
    };
  }
}
