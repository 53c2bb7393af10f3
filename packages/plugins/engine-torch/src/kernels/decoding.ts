import { fused } from "./fused.js";
import type { TorchKernel } from "./kernel.js";

interface SampleAttributes {
  readonly temperature: number;
  readonly topP: number;
  readonly minP: number;
  readonly topK: number;
  readonly bannedIds: readonly number[];
}

/** The kernels of decoding on the engine; what they do is said at `@rarl-sdk/nn`'s functions of these names. */
export const decodingKernels: readonly TorchKernel[] = [
  fused<{ scale: number }>("RarlDecodeAttention", {
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
    attributes: ({ scale }) => [scale],
  }),
  fused<{ lengths: readonly number[] }>("RarlPromptKeys", {
    inputs: ["keys"],
    results: ({ keys }) => [{ shape: [keys!.shape.reduce((product, size) => product * size, 1)] }],
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
