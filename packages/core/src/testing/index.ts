import "reflect-metadata";

export { testPrompt, testRewardItem, testSample, withoutReasoning, type TestCompletion } from "./builders.js";
export { runConformance, type ConformanceCheck } from "./conformance.js";
export { dataSourceConformance } from "./data-source-conformance.js";
export { mutateBytes } from "./mutate-bytes.js";
export { promptSetConformance } from "./prompt-set-conformance.js";
export { rewardConformance } from "./reward-conformance.js";
export { textSimilarityConformance } from "./text-similarity-conformance.js";
