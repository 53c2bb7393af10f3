import { fused } from "./fused.js";
import type { TorchKernel } from "./kernel.js";

interface SampleAttributes {
  readonly temperature: number;
  readonly topP: number;
  readonly minP: number;
  readonly topK: number;
  readonly bannedIds: readonly number[];
}

/** Columns of the panels that prompt keys are packed into. */
const panel = 64;

/** Values of the packed keys `[rows, kvHeads, d]` of prompts of the given lengths. */
function packedKeys([, kvHeads, d]: readonly number[], lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + Math.ceil(length / panel) * panel * kvHeads! * d!, 0);
}

/** The kernels of decoding on the engine; what they do is said at `@rarl-sdk/nn`'s functions of these names. */
export const decodingKernels: readonly TorchKernel[] = [
  fused<{ scale: number; promptLengths: readonly number[] }>("RarlDecodeAttention", {
    inputs: [
      "queries",
      "keys",
      "values",
      "promptKeys",
      "promptValues",
      "ownKeys",
      "ownValues",
      "position",
      "sequences",
    ],
    results: ({ queries }) => [{ shape: queries!.shape }],
    attributes: ({ scale, promptLengths }) => [scale, promptLengths.length, ...promptLengths],
  }),
  fused<{ lengths: readonly number[] }>("RarlPromptKeys", {
    inputs: ["keys"],
    results: ({ keys }, { lengths }) => [{ shape: [packedKeys(keys!.shape, lengths)] }],
    attributes: ({ lengths }) => [lengths.length, ...lengths],
  }),
  fused<SampleAttributes>("RarlSampleTokens", {
    inputs: ["logits", "uniforms"],
    results: ({ uniforms }) => [
      { shape: uniforms!.shape, dtype: "int32" },
      { shape: uniforms!.shape, dtype: "float32" },
    ],
    attributes: ({ temperature, topP, minP, topK, bannedIds }) => [
      temperature,
      topP,
      minP,
      topK,
      bannedIds.length,
      ...bannedIds,
    ],
  }),
];
