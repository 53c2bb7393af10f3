import type { RewardScale } from "./options.js";
import { mean, sampleDeviation } from "./statistics.js";

/** Keeps the division finite where a group hardly varies; TRL's value. The paper has none. */
const epsilon = 1e-4;

/** Rewards closer together than this count as equal: sums of the same scores in another order. */
const equalWithin = 1e-8;

export interface GroupAdvantages {
  /** `[completions]`. Exactly 0 throughout a group without reward variance. */
  readonly advantages: number[];
  /** `[groups]` */
  readonly zeroVariance: boolean[];
}

/** Whether the rewards of one group are all the same. */
export function isFlat(rewards: readonly number[]): boolean {
  return Math.max(...rewards) - Math.min(...rewards) <= equalWithin;
}

/**
 * Group relative advantages: A_i = (R_i - mean) / (std + 1e-4), the mean over the group and the sample standard
 * deviation (n - 1) over the group or over the whole batch; undivided for `none`.
 * @param rewards `[completions]`, group after group
 * @param groupSizes completions of each group; sums to the number of rewards
 */
export function groupAdvantages(
  rewards: readonly number[],
  groupSizes: readonly number[],
  scale: RewardScale,
): GroupAdvantages {
  const batchDeviation = scale === "batch" ? sampleDeviation(rewards) : 0;
  const advantages: number[] = [];
  const zeroVariance: boolean[] = [];
  let start = 0;
  for (const size of groupSizes) {
    const group = rewards.slice(start, start + size);
    start += size;
    const flat = isFlat(group);
    zeroVariance.push(flat);
    const centre = mean(group);
    const divisor =
      scale === "none" ? 1 : (scale === "batch" ? batchDeviation : sampleDeviation(group)) + epsilon;
    for (const reward of group) advantages.push(flat ? 0 : (reward - centre) / divisor);
  }
  return { advantages, zeroVariance };
}
