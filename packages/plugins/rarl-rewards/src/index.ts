export { AccuracyReward, accuracyRewardOptions, type AccuracyRewardOptions } from "./accuracy-reward.js";
export { FormatReward } from "./format-reward.js";
export { LengthReward, lengthRewardOptions, type LengthRewardOptions } from "./length-reward.js";
export { rarlRewardsPlugin, rarlRewardsPlugin as default } from "./plugin.js";
export { ReasoningReward } from "./reasoning-reward.js";
export { TokenF1, tokenF1 } from "./token-f1.js";
