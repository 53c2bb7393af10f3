/** How often each token occurs. */
export function tokenCounts(tokens: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** Tokens that two texts share, each as often as both have it. */
export function sharedTokens(one: readonly string[], other: readonly string[]): number {
  const counts = tokenCounts(other);
  let shared = 0;
  for (const [token, count] of tokenCounts(one)) shared += Math.min(count, counts.get(token) ?? 0);
  return shared;
}

/** Words of a text that is normalised already; none of an empty one. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
