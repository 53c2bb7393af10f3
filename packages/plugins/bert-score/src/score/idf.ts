/** Weight of each token in the means of BERTScore. */
export interface TokenWeights {
  weightOf(id: number): number;
}

/** Weight 1 for every token but the special ones around a sentence, wherever they stand. */
export function uniformWeights(specialIds: readonly number[]): TokenWeights {
  return { weightOf: (id) => (specialIds.includes(id) ? 0 : 1) };
}

/**
 * Inverse document frequencies: ln((M + 1) / (df + 1)) with df the number of the M sentences that have the token, so
 * ln(M + 1) for one that none has and 0 for one that all have, such as the special ones.
 * @param sentences ids of each reference sentence, special ones included
 */
export function idfWeights(sentences: readonly (readonly number[])[]): TokenWeights {
  const documents = new Map<number, number>();
  for (const sentence of sentences) {
    for (const id of new Set(sentence)) documents.set(id, (documents.get(id) ?? 0) + 1);
  }
  const total = sentences.length;
  return { weightOf: (id) => Math.log((total + 1) / ((documents.get(id) ?? 0) + 1)) };
}
