/** What is known of a candidate of a subset. */
export interface Candidate {
  readonly stratum: string;
  /** Its place in the seeded order, in [0, 1). */
  readonly order: number;
}

/**
 * Which of the candidates are in a subset of `size`: seats go to the strata by the Sainte-Laguë method, within a
 * stratum to the first in the seeded order. Both only add when the size grows, so a larger subset holds the smaller.
 * @returns one boolean a candidate
 */
export function stratifiedSubset(candidates: readonly Candidate[], size: number): boolean[] {
  const strata = new Map<string, number[]>();
  for (const [index, { stratum }] of candidates.entries()) {
    const members = strata.get(stratum);
    if (members === undefined) strata.set(stratum, [index]);
    else members.push(index);
  }
  const queues = [...strata]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => ({
      members: members.sort((a, b) => candidates[a]!.order - candidates[b]!.order || a - b),
      seats: 0,
    }));
  const isChosen = candidates.map(() => false);
  for (let seat = 0; seat < Math.min(size, candidates.length); seat++) {
    // Ties go to the first stratum by name.
    const next = queues.reduce((best, queue) => (quotient(queue) > quotient(best) ? queue : best));
    isChosen[next.members[next.seats]!] = true;
    next.seats++;
  }
  return isChosen;
}

function quotient({
  members,
  seats,
}: {
  readonly members: readonly number[];
  readonly seats: number;
}): number {
  return seats < members.length ? members.length / (2 * seats + 1) : -1;
}
