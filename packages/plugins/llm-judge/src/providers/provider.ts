/** Tokens of one call, as the provider counts them. */
export interface Usage {
  readonly inputTokens: number;
  /** Hidden thinking included, since it is paid for. */
  readonly outputTokens: number;
}

/** One question to a judging model. */
export interface JudgeRequest {
  readonly system: string;
  readonly user: string;
  /** JSON Schema (draft-07) of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What a judging model said. */
export interface Reply {
  readonly text: string;
  /** Why the model or its provider would not answer; null when it did. */
  readonly refusal: string | null;
  /** The answer was cut at the most tokens allowed. */
  readonly isCut: boolean;
  /** The model as the provider names it, with its version where it has one; null where it does not say. */
  readonly model: string | null;
  /** Null where the provider does not say. */
  readonly usage: Usage | null;
  /** Milliseconds to wait before the next call, when this one used up a limit. */
  readonly wait: number | null;
}

/** A model behind an endpoint. */
export interface Provider {
  /** Where calls go, for messages; without credentials. */
  readonly endpoint: string;
  /**
   * One call, without retries.
   * @throws ProviderFailure, or the signal's reason
   */
  ask(request: JudgeRequest, signal: AbortSignal): Promise<Reply>;
}

/**
 * - `transient`: the same call may succeed later
 * - `item`: this call will not, others may
 * - `refused`: this text is not judged on principle
 * - `fatal`: no call will
 */
export type FailureKind = "transient" | "item" | "refused" | "fatal";

/** A call that brought no answer. Its message holds no key. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";

  constructor(
    message: string,
    readonly kind: FailureKind,
    /** HTTP status; null without a response. */
    readonly status: number | null,
    /** Milliseconds the provider asks to wait before the next call; null when it does not say. */
    readonly wait: number | null,
  ) {
    super(message);
  }

  /** Whether the call may have cost something: no response came, or one that could not be read. */
  get mayHaveCost(): boolean {
    return this.status === null || this.status < 300;
  }
}
