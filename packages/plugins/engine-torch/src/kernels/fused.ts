import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { GroupLayout } from "@rarl-sdk/nn";
import type { Attributes } from "../backend/command-writer.js";
import { torchKernel, type KernelRequest, type TorchKernel } from "./kernel.js";

type Result = Pick<TensorInfo, "shape"> & { readonly dtype?: DataType };

interface FusedKernel<A> {
  /** Names of the inputs in the order of the C++ side; one with a question mark may be missing. */
  readonly inputs: readonly string[];
  readonly results: (inputs: Readonly<Record<string, TensorInfo>>, attributes: A) => readonly Result[];
  readonly attributes?: (attributes: A) => Attributes;
}

/** A kernel that enqueues the operation of its own name. */
export function fused<A = object>(name: string, kernel: FusedKernel<A>): TorchKernel {
  const names = kernel.inputs.map((input) => input.replace("?", ""));
  return torchKernel<A>(name, ({ inputs, attributes, backend }: KernelRequest<A>) => {
    const operands = names.map((input) => inputs[input] ?? null);
    const results = kernel
      .results(inputs, attributes)
      .map(({ shape, dtype = "float32" }) => ({ shape, dtype }));
    return backend.computeAll(name, operands, results, kernel.attributes?.(attributes) ?? []);
  });
}

/** One result of the shape of each input named. */
function like(...names: string[]) {
  return (inputs: Readonly<Record<string, TensorInfo>>): Result[] =>
    names.map((name) => ({ shape: inputs[name]!.shape }));
}

/** `[rows, out]` of a linear layer. */
function affine({ x, weight }: Readonly<Record<string, TensorInfo>>): Result[] {
  return [{ shape: [x!.shape[0]!, weight!.shape[1]!] }];
}

const epsilon = (attributes: { epsilon: number }) => [attributes.epsilon];

interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}
interface LoraAttributes {
  readonly scale: number;
  readonly backwardTransposed: boolean;
}
interface AttentionAttributes {
  readonly layout: GroupLayout;
  readonly causal: boolean;
  readonly scale: number;
}
interface LogProbAttributes {
  readonly temperature: number;
  readonly chunkRows: number;
  readonly entropies: boolean;
  readonly backwardTransposed: boolean;
}
interface AdamWAttributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly biasCorrection1: number;
  readonly biasCorrection2: number;
}

function attention({ layout, causal, scale }: AttentionAttributes): number[] {
  const groups = layout.groups.flatMap(({ prefix, branches }) => [prefix, branches.length, ...branches]);
  return [Number(causal), scale, layout.groups.length, ...groups];
}

function logProb(attributes: LogProbAttributes): number[] {
  const { temperature, chunkRows, entropies, backwardTransposed } = attributes;
  return [temperature, chunkRows, Number(entropies), Number(backwardTransposed)];
}

/** Scores of the targets, entropies last; `others` are results between them. */
function scores(...others: readonly string[]) {
  return {
    results: (inputs: Readonly<Record<string, TensorInfo>>, { entropies }: LogProbAttributes) =>
      like("targets", ...others, ...(entropies ? ["targets"] : []))(inputs),
    attributes: logProb,
  };
}

/** The fused kernels of `@rarl-sdk/nn`, by its names. */
export const fusedKernels: readonly TorchKernel[] = [
  fused("RarlRmsNorm", { inputs: ["x", "weight"], results: like("x"), attributes: epsilon }),
  fused("RarlRmsNormBackward", {
    inputs: ["x", "weight", "dy"],
    results: like("x"),
    attributes: epsilon,
  }),
  fused("RarlRmsNormBackwardWeight", {
    inputs: ["x", "dy"],
    results: ({ x }) => [{ shape: [x!.shape[1]!] }],
    attributes: epsilon,
  }),
  fused("RarlLayerNorm", { inputs: ["x", "weight", "bias"], results: like("x"), attributes: epsilon }),
  fused("RarlLayerNormBackward", {
    inputs: ["x", "weight", "dy"],
    results: like("x"),
    attributes: epsilon,
  }),
  fused("RarlLayerNormBackwardWeight", {
    inputs: ["x", "dy"],
    results: ({ x }) => [{ shape: [x!.shape[1]!] }],
    attributes: epsilon,
  }),
  fused("RarlSwiGlu", { inputs: ["gate", "up"], results: like("gate") }),
  fused("RarlSwiGluBackward", { inputs: ["gate", "up", "dy"], results: like("gate", "up") }),
  fused("RarlGelu", { inputs: ["x"], results: like("x") }),
  fused("RarlGeluBackward", { inputs: ["x", "dy"], results: like("x") }),
  fused("RarlQuickGelu", { inputs: ["x"], results: like("x") }),
  fused("RarlQuickGeluBackward", { inputs: ["x", "dy"], results: like("x") }),
  fused("RarlRotary", { inputs: ["x", "cos", "sin"], results: like("x") }),
  fused("RarlRotaryBackward", { inputs: ["dy", "cos", "sin"], results: like("dy") }),
  fused<ProductAttributes>("RarlMatMul", {
    inputs: ["a", "b"],
    results: ({ a, b }, { transposeA, transposeB }) => [
      {
        shape: [
          ...a!.shape.slice(0, -2),
          a!.shape.at(transposeA ? -1 : -2)!,
          b!.shape.at(transposeB ? -2 : -1)!,
        ],
      },
    ],
    attributes: ({ transposeA, transposeB }) => [Number(transposeA), Number(transposeB)],
  }),
  fused("RarlLinear", { inputs: ["x", "weight", "bias?"], results: affine }),
  fused("RarlTrainableLinear", { inputs: ["x", "weight", "bias?"], results: affine }),
  fused<LoraAttributes>("RarlLoraLinear", {
    inputs: ["x", "weight", "a", "b", "bias?"],
    results: affine,
    attributes: ({ scale }) => [scale],
  }),
  fused<LoraAttributes>("RarlLoraLinearBackwardInput", {
    inputs: ["dy", "backwardWeight", "a", "b"],
    results: ({ dy, a }) => [{ shape: [dy!.shape[0]!, a!.shape[0]!] }],
    attributes: ({ scale, backwardTransposed }) => [scale, Number(backwardTransposed)],
  }),
  fused<Pick<LoraAttributes, "scale">>("RarlLoraLinearBackwardAdapter", {
    inputs: ["dy", "x", "a", "b"],
    results: like("a", "b"),
    attributes: ({ scale }) => [scale],
  }),
  fused("RarlEmbedding", {
    inputs: ["ids", "table"],
    results: ({ ids, table }) => [{ shape: [ids!.shape[0]!, table!.shape[1]!] }],
  }),
  fused<{ vocabulary: number }>("RarlEmbeddingBackward", {
    inputs: ["ids", "dy"],
    results: ({ dy }, { vocabulary }) => [{ shape: [vocabulary, dy!.shape[1]!] }],
  }),
  fused<AttentionAttributes>("RarlGroupAttention", {
    inputs: ["q", "k", "v"],
    results: like("q"),
    attributes: attention,
  }),
  fused<AttentionAttributes>("RarlGroupAttentionBackward", {
    inputs: ["q", "k", "v", "dy"],
    results: like("q", "k", "v"),
    attributes: attention,
  }),
  fused<LogProbAttributes>("RarlTokenLogProbs", { inputs: ["hidden", "weight", "targets"], ...scores() }),
  fused<LogProbAttributes>("RarlTokenLogProbsWithSlopes", {
    inputs: ["hidden", "weight", "targets", "backwardWeight"],
    ...scores("hidden"),
  }),
  fused<LogProbAttributes>("RarlTrainableTokenLogProbs", {
    inputs: ["hidden", "weight", "targets"],
    ...scores(),
  }),
  fused<LogProbAttributes>("RarlTokenLogProbsBackward", {
    inputs: ["hidden", "weight", "targets", "dy"],
    results: like("hidden", "weight"),
    attributes: logProb,
  }),
  fused<AdamWAttributes>("RarlAdamW", {
    inputs: ["weight", "gradient", "firstMoment", "secondMoment"],
    results: like("weight", "weight", "weight"),
    attributes: (step) => [
      step.learningRate,
      step.beta1,
      step.beta2,
      step.epsilon,
      step.weightDecay,
      step.biasCorrection1,
      step.biasCorrection2,
    ],
  }),
];
