import type { RewardItem, Sample } from "@rarl-sdk/core";
import { testRewardItem, testSample, withoutReasoning } from "@rarl-sdk/core/testing";

/** A reward item for a completion's text, of a closed question without an annotation unless `sample` says so. */
export function rewardItem(
  text: string,
  sample: Partial<Sample> = {},
  tokenIds?: readonly number[],
): RewardItem {
  return testRewardItem({
    sample: { ...withoutReasoning(testSample()), ...sample },
    text,
    ...(tokenIds === undefined ? {} : { tokenIds }),
  });
}

/** A completion in full format. */
export function completion(answer: string, think = "The lung is clear."): string {
  return `<think> ${think} </think> <answer> ${answer} </answer>`;
}

export const running: AbortSignal = new AbortController().signal;
