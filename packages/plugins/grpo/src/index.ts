export { grpoPlugin, default } from "./plugin.js";
export { Grpo } from "./grpo.js";
export { grpoOptions, type GrpoOptions, type LossType, type RewardScale } from "./options.js";
export { groupAdvantages, type GroupAdvantages } from "./advantages.js";
export { completionWeights, type CountedCompletion } from "./completion-weights.js";
export { policyLoss, type PolicyLossOptions, type TokenBatch } from "./policy-loss.js";
export { overlongPenalty } from "./overlong-penalty.js";
