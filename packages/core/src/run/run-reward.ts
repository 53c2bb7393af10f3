import type { Reward, RewardItem, ScoreList } from "../contracts/reward.js";
import { rarlError } from "../errors/rarl-error.js";
import type { Schedule } from "../hooks/slow-taps.js";
import { orAbandoned } from "./or-abandoned.js";

/** As many sample ids as a message can bear. */
const namedSamples = 5;

/**
 * Scores by one reward; what it throws names it, its plugin and the samples. One that does not heed an aborted signal
 * is left behind.
 * @throws RarlError `REWARD_FAILED`, and the reason of an aborted `signal`
 */
export async function runReward(
  reward: Reward,
  label: string,
  plugin: string,
  items: readonly RewardItem[],
  signal: AbortSignal,
  schedule?: Schedule,
): Promise<ScoreList> {
  try {
    return await orAbandoned(reward.score(items, signal), signal, schedule);
  } catch (error) {
    signal.throwIfAborted();
    const ids = [...new Set(items.map(({ sample }) => sample.id))];
    const samples = ids.slice(0, namedSamples);
    if (ids.length > namedSamples) samples.push(`and ${ids.length - namedSamples} more`);
    const reason = error instanceof Error ? error.message : String(error);
    throw rarlError("REWARD_FAILED", { reward: label, plugin, samples, reason }, { cause: error });
  }
}
