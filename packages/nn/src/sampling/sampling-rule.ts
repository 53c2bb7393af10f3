/** How one token is drawn from a row of logits. */
export interface SamplingRule {
  /** Logits are divided by it; 0 takes the likeliest token. */
  readonly temperature: number;
  /** Keep the likeliest tokens until their probability reaches this; 1 keeps all. */
  readonly topP?: number | undefined;
  /** Keep the k likeliest tokens, and those that tie with the last of them; 0 keeps all. */
  readonly topK?: number | undefined;
  /** Keep tokens with at least this share of the likeliest token's probability; 0 keeps all. */
  readonly minP?: number | undefined;
  /** Divides positive and multiplies negative logits of tokens already there; 1 is off. */
  readonly repetitionPenalty?: number | undefined;
  /** Ids that are never drawn. */
  readonly bannedIds?: readonly number[] | undefined;
}

export interface SampledToken {
  readonly id: number;
  /**
   * Log-probability in nats under the softmax of the untouched logits over all ids at the rule's temperature
   * (1 when greedy): what a training forward pass computes for this token. Penalty, banned ids and truncations
   * shape the draw but not this number.
   */
  readonly logProb: number;
}
