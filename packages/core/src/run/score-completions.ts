import type { ScoreTable } from "../contracts/algorithm.js";
import type { RewardItem, ScoreList } from "../contracts/reward.js";
import { rarlError } from "../errors/rarl-error.js";
import type { RunHooks } from "../hooks/run-hooks.js";

/** Weight and origin of a column of scores. */
export interface RewardColumn {
  readonly weight: number;
  readonly plugin: string;
}

/** The configured rewards by label, in the configuration's order. */
export type RewardColumns = ReadonlyMap<string, RewardColumn>;

/**
 * Scores completions by every tap of the score hook and checks what came back. Columns stand in the order of the
 * configuration; those that other taps add follow, with weight 1.
 * @throws RarlError `REWARD_FAILED`, `REWARD_COUNT`, `REWARD_NOT_FINITE`
 */
export async function scoreCompletions(
  hooks: Pick<RunHooks, "score">,
  rewards: RewardColumns,
  items: readonly RewardItem[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ScoreList>> {
  const found = new Map<string, ScoreList>();
  // When one reward fails, the others need not go on.
  const failure = new AbortController();
  try {
    await hooks.score.promise({ items, signal: AbortSignal.any([signal, failure.signal]), columns: found });
  } catch (error) {
    failure.abort(error);
    throw error;
  }
  const columns = new Map<string, ScoreList>();
  for (const label of [...rewards.keys(), ...found.keys()]) {
    if (columns.has(label) || !found.has(label)) continue;
    const plugin = rewards.get(label)?.plugin ?? "that taps the score hook";
    columns.set(label, checkedScores(label, plugin, found.get(label)!, items));
  }
  return columns;
}

/**
 * Weighted sums over the rewards that apply, `[completions]`; null where none does.
 */
export function weightedTotals(
  columns: ReadonlyMap<string, ScoreList>,
  rewards: RewardColumns,
  completions: number,
): readonly (number | null)[] {
  return Array.from({ length: completions }, (_, index) => {
    let total: number | null = null;
    for (const [label, scores] of columns) {
      const score = scores[index];
      if (typeof score === "number") total = (total ?? 0) + (rewards.get(label)?.weight ?? 1) * score;
    }
    return total;
  });
}

/**
 * The table an algorithm learns from: every completion has a total.
 * @throws RarlError `REWARD_NONE` naming the sample, and those of `scoreCompletions`
 */
export async function scoreTable(
  hooks: Pick<RunHooks, "score">,
  rewards: RewardColumns,
  items: readonly RewardItem[],
  signal: AbortSignal,
): Promise<ScoreTable> {
  const columns = await scoreCompletions(hooks, rewards, items, signal);
  const totals = weightedTotals(columns, rewards, items.length).map((total, index) => {
    if (total !== null) return total;
    throw rarlError("REWARD_NONE", { sample: items[index]!.sample.id, rewards: [...columns.keys()] });
  });
  return { columns, totals };
}

function checkedScores(
  reward: string,
  plugin: string,
  scores: unknown,
  items: readonly RewardItem[],
): ScoreList {
  if (!Array.isArray(scores) || scores.length !== items.length) {
    const found = Array.isArray(scores) ? scores.length : null;
    throw rarlError("REWARD_COUNT", { reward, plugin, expected: items.length, found });
  }
  // A for loop, since forEach would pass over holes.
  for (let index = 0; index < items.length; index++) {
    const score: unknown = scores[index];
    if (score !== null && !Number.isFinite(score)) {
      const sample = items[index]!.sample.id;
      throw rarlError("REWARD_NOT_FINITE", { reward, plugin, sample, value: shown(score) });
    }
  }
  return scores as ScoreList;
}

/** Something that is no score, for a message. */
function shown(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
