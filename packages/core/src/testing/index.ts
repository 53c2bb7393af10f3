import "reflect-metadata";

export { testPrompt, testRewardItem, testSample, withoutReasoning, type TestCompletion } from "./builders.js";
export { runConformance, type ConformanceCheck } from "./conformance.js";
export { dataSourceConformance } from "./data-source-conformance.js";
export { mutateBytes } from "./mutate-bytes.js";
export { assertClose, checkForward, checkGradient, withoutLeak } from "./engine/check-op.js";
export type { CaseInput, OpCase } from "./engine/op-case.js";
export type { PlainArray } from "./engine/plain-array.js";
export { engineConformance, engineOpCases, type EngineConformanceOptions } from "./engine-conformance.js";
export { promptSetConformance } from "./prompt-set-conformance.js";
export { rewardConformance } from "./reward-conformance.js";
export { textSimilarityConformance } from "./text-similarity-conformance.js";
