/** Two graders or systems on the same items, each right or wrong. */
export interface McNemar {
  /** Items that only the first has right. */
  readonly onlyFirst: number;
  /** Items that only the second has right. */
  readonly onlySecond: number;
  /** Items in all. */
  readonly n: number;
  /** Exact two-sided p-value; 1 when the two never differ. */
  readonly p: number;
}

/**
 * McNemar's exact test: whether two systems are right equally often on the same items. Of the items on which they
 * differ, half should favour each; p is the two-sided binomial probability.
 * @param pairs first and second of each item
 */
export function mcnemar(pairs: readonly (readonly [boolean, boolean])[]): McNemar {
  const onlyFirst = pairs.filter(([first, second]) => first && !second).length;
  const onlySecond = pairs.filter(([first, second]) => second && !first).length;
  return { onlyFirst, onlySecond, n: pairs.length, p: exactMcNemarP(onlyFirst, onlySecond) };
}

/** min(1, 2 · P(X ≤ min(b, c))) for X ~ Binomial(b + c, 1/2). */
export function exactMcNemarP(onlyFirst: number, onlySecond: number): number {
  const discordant = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // ln C(n, k) / 2^n grows term by term: in logarithms, since 2^-n underflows from 1,075 items on.
  let logTerm = -discordant * Math.LN2;
  const logTerms = [logTerm];
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((discordant - k + 1) / k);
    logTerms.push(logTerm);
  }
  // The smallest first, so that none is lost.
  const tail = logTerms.reduce((sum, log) => sum + Math.exp(log), 0);
  return Math.min(1, 2 * tail);
}
