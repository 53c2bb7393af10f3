/** Compares two texts; injected into rewards, so that one configuration line swaps the measure. */
export interface TextSimilarity {
  /** Name recorded with the run, such as `token-f1`. */
  readonly name: string;
  /** One score in [0, 1] a pair, in order. Empty against empty is 1. */
  similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
}
