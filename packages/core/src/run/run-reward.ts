import type { Reward, RewardItem, ScoreList } from "../contracts/reward.js";
import { rarlError } from "../errors/rarl-error.js";

/** As many sample ids as a message can bear. */
const namedSamples = 5;

/**
 * Scores by one reward; what it throws names it, its plugin and the samples.
 * @throws RarlError `REWARD_FAILED`, and the reason of an aborted `signal`
 */
export async function runReward(
  reward: Reward,
  label: string,
  plugin: string,
  items: readonly RewardItem[],
  signal: AbortSignal,
): Promise<ScoreList> {
  try {
    return await reward.score(items, signal);
  } catch (error) {
    signal.throwIfAborted();
    const ids = [...new Set(items.map(({ sample }) => sample.id))];
    const samples = ids.slice(0, namedSamples);
    if (ids.length > namedSamples) samples.push(`and ${ids.length - namedSamples} more`);
    const reason = error instanceof Error ? error.message : String(error);
    throw rarlError("REWARD_FAILED", { reward: label, plugin, samples, reason }, { cause: error });
  }
}
