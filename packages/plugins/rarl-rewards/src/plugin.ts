import { definePlugin } from "@rarl-sdk/core";
import { AccuracyReward, accuracyRewardOptions } from "./accuracy-reward.js";
import { FormatReward } from "./format-reward.js";
import { LengthReward, lengthRewardOptions } from "./length-reward.js";
import { ReasoningReward } from "./reasoning-reward.js";
import { TokenF1 } from "./token-f1.js";

/** The four rewards of RARL and the `token-f1` text similarity. */
export const rarlRewardsPlugin = definePlugin({
  name: "rarl-rewards",
  apiVersion: "1.0",
  apply({ rewards, similarities }) {
    rewards.add("format", FormatReward, {
      description: "1 for <think>…</think><answer>…</answer>, 0.1 for some of the tags, 0 for none",
    });
    rewards.add("length", LengthReward, {
      options: lengthRewardOptions,
      description: "0.001 for every token of the completion, at most 1",
    });
    rewards.add("accuracy", AccuracyReward, {
      options: accuracyRewardOptions,
      description:
        "The answer block against the reference: strict for closed and choice, similarity for open",
    });
    rewards.add("reasoning", ReasoningReward, {
      description: "The think block against the annotated explanation; not applicable without one",
    });
    similarities.add("token-f1", TokenF1, { description: "F1 of the texts' bags of normalised tokens" });
  },
});
