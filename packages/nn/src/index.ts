export * from "./ops/index.js";
export { nnPlugin, nnPlugin as default } from "./plugin.js";
export { AdamW, adamWOptions, type AdamWOptions } from "./optimizer/adamw.js";
export { adamWKernel, adamWUpdate, type AdamWState, type AdamWStep } from "./optimizer/adamw-update.js";
export { openCheckpoint, type Checkpoint } from "./safetensors/checkpoint.js";
export { dtypeBytes, readableDtypes, type WritableDtype } from "./safetensors/dtype.js";
export { openSafetensors, type SafetensorsFile } from "./safetensors/safetensors-file.js";
export { loadWeight, type WeightLoader } from "./safetensors/load-weight.js";
export { transposeValues } from "./safetensors/transpose-values.js";
export type { FileTensor, TensorInfo, WeightsSource } from "./safetensors/weights-source.js";
export { writeSafetensors, type TensorToWrite } from "./safetensors/write-safetensors.js";
export { writeShardedCheckpoint, type ShardOptions } from "./safetensors/write-sharded-checkpoint.js";
export {
  decodeAttention,
  decodesOnEngine,
  decodingPromptKeys,
  sampleTokens,
  type DecodingCache,
  type DecodingPlace,
  type EngineSamplingRule,
} from "./decoding/engine-decoding.js";
export { sampleToken } from "./sampling/sample-token.js";
export type { SampledToken, SamplingRule } from "./sampling/sampling-rule.js";
