import { definePlugin } from "@rarl-sdk/core";
import { AccuracyReward, accuracyRewardOptions } from "./accuracy-reward.js";
import { usedComponent } from "./component-section.js";
import { FormatReward } from "./format-reward.js";
import { LengthReward, lengthRewardOptions } from "./length-reward.js";
import { ReasoningReward, reasoningRewardOptions } from "./reasoning-reward.js";
import { RepetitionReward, repetitionRewardOptions } from "./repetition-reward.js";
import { Bleu, bleuOptions } from "./similarities/bleu.js";
import { RougeL, rougeLOptions } from "./similarities/rouge-l.js";
import { TokenF1 } from "./similarities/token-f1.js";
import { SoftOverlongReward, softOverlongRewardOptions } from "./soft-overlong-reward.js";

/** The four rewards of RARL, two penalties that other trainers have, and text similarities by words. */
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
      uses: ({ similarity }) => usedComponent("similarities", "similarity", similarity),
    });
    rewards.add("reasoning", ReasoningReward, {
      options: reasoningRewardOptions,
      description:
        "The think block against the annotated explanation, by a similarity or a judge; not applicable without one",
      uses: ({ similarity, judge }) => [
        ...usedComponent("similarities", "similarity", similarity),
        ...usedComponent("judges", "judge", judge),
      ],
    });
    rewards.add("soft-overlong", SoftOverlongReward, {
      options: softOverlongRewardOptions,
      description: "0 to −1 over the last tokens before the longest completion, −1 for one that was cut off",
    });
    rewards.add("repetition", RepetitionReward, {
      options: repetitionRewardOptions,
      description: "0 to −1 by the share of the completion's token n-grams that stood in it before",
    });
    similarities.add("token-f1", TokenF1, { description: "F1 of the texts' bags of normalised tokens" });
    similarities.add("rouge-l", RougeL, {
      options: rougeLOptions,
      description: "ROUGE-L: the longest common subsequence of the texts' words",
    });
    similarities.add("bleu", Bleu, {
      options: bleuOptions,
      description: "Sentence BLEU, as sacrebleu computes it",
    });
  },
});
