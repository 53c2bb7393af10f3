export { AccuracyReward, accuracyRewardOptions, type AccuracyRewardOptions } from "./accuracy-reward.js";
export { FormatReward } from "./format-reward.js";
export { LengthReward, lengthRewardOptions, type LengthRewardOptions } from "./length-reward.js";
export { rarlRewardsPlugin, rarlRewardsPlugin as default } from "./plugin.js";
export { ReasoningReward, reasoningRewardOptions, type ReasoningRewardOptions } from "./reasoning-reward.js";
export {
  RepetitionReward,
  repetitionRewardOptions,
  type RepetitionRewardOptions,
} from "./repetition-reward.js";
export { Bleu, bleuOptions, sentenceBleu, type BleuOptions } from "./similarities/bleu.js";
export {
  RougeL,
  rougeL,
  rougeLOptions,
  type RougeLOptions,
  type RougeScore,
} from "./similarities/rouge-l.js";
export { TokenF1, tokenF1 } from "./similarities/token-f1.js";
export {
  SoftOverlongReward,
  softOverlongRewardOptions,
  type SoftOverlongRewardOptions,
} from "./soft-overlong-reward.js";
