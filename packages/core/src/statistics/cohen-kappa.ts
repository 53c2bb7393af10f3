/** Agreement of two graders on the same items. */
export interface CohenKappa {
  /** 1 is full agreement, 0 what chance gives; null when both always say the same one thing, or of no items. */
  readonly kappa: number | null;
  /** Share of items on which they agree; null of no items. */
  readonly agreement: number | null;
  readonly n: number;
}

/**
 * Cohen's unweighted κ (J. Cohen, 1960).
 * @param pairs category of each item by the first and by the second grader
 */
export function cohenKappa(pairs: readonly (readonly [number, number])[]): CohenKappa {
  const n = pairs.length;
  if (n === 0) return { kappa: null, agreement: null, n };
  const agreement = pairs.filter(([first, second]) => first === second).length / n;
  const categories = new Set(pairs.flat());
  let expected = 0;
  for (const category of categories) {
    const first = pairs.filter(([value]) => value === category).length / n;
    const second = pairs.filter(([, value]) => value === category).length / n;
    expected += first * second;
  }
  return { kappa: categories.size < 2 ? null : (agreement - expected) / (1 - expected), agreement, n };
}
