/** Compares two texts; injected into rewards, so that one configuration line swaps the measure. */
export interface TextSimilarity {
  /** Name recorded with the run, such as `token-f1`; a measure with settings names those that change its scores. */
  readonly name: string;
  /** One score in [0, 1] a pair, in order. Empty against empty is 1. */
  similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
  /**
   * Loads what the measure needs, such as an encoder, once the run's engine is active and before the first step. A
   * measure that is used without it loads at first use.
   */
  open?(signal: AbortSignal): Promise<void>;
  /** Frees what it holds. */
  dispose?(): void | Promise<void>;
}
