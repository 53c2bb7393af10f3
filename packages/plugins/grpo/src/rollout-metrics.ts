import { isFlat } from "./advantages.js";
import type { RolloutGroup } from "./rollout-group.js";
import { mean, sampleDeviation, sum } from "./statistics.js";

/** What a rollout earned and how long it was, under TRL's names. Lengths in tokens, end token included. */
export function rolloutMetrics(groups: readonly RolloutGroup[]): Record<string, number> {
  const completions = groups.flatMap((group) => group.completions);
  const lengths = completions.map(({ tokenIds }) => tokenIds.length);
  const rewards = groups.flatMap((group) => group.rewards);
  const metrics: Record<string, number> = {
    reward: mean(rewards),
    reward_std: sampleDeviation(rewards),
    frac_reward_zero_std: mean(groups.map((group) => (isFlat(group.rewards) ? 1 : 0))),
    "completions/mean_length": mean(lengths),
    "completions/min_length": Math.min(...lengths),
    "completions/max_length": Math.max(...lengths),
    "completions/clipped_ratio": truncatedShare(groups),
    num_completions: completions.length,
    // A prompt is run once for its whole group.
    num_tokens: sum(groups.map(({ encoded }) => encoded.tokenIds.length)) + sum(lengths),
  };
  const scores = groups.flatMap((group) => group.scores);
  for (const name of new Set(scores.flatMap((score) => Object.keys(score)))) {
    const applicable = scores.map((score) => score[name] ?? null).filter((score) => score !== null);
    if (applicable.length === 0) continue;
    metrics[`rewards/${name}/mean`] = mean(applicable);
    metrics[`rewards/${name}/std`] = sampleDeviation(applicable);
  }
  return metrics;
}

/** Share of the completions that ran into the length limit. */
export function truncatedShare(groups: readonly RolloutGroup[]): number {
  return mean(
    groups.flatMap(({ completions }) =>
      completions.map(({ finishReason }) => (finishReason === "length" ? 1 : 0)),
    ),
  );
}
