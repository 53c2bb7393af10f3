import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import type { SamplingRule } from "../sampling/sampling-rule.js";

const names = {
  attention: "RarlDecodeAttention",
  promptKeys: "RarlPromptKeys",
  sample: "RarlSampleTokens",
} as const;

/** Whether the current backend can decode without leaving it for every token. */
export function decodesOnEngine(): boolean {
  return Object.values(names).every((name) => (getKernel(name, getBackend()) as unknown) != null);
}

/** The keys and values of one layer while decoding. Prompts' exist once; each sequence has room of its own. */
export interface DecodingCache {
  readonly promptLengths: readonly number[];
  /** As `decodingPromptKeys` lays them out. */
  readonly promptKeys: Tensor1D;
  /** `[promptRows, kvHeads, d]` */
  readonly promptValues: Tensor3D;
  /** `[sequences, kvHeads, d, capacity]`; a capacity that is a multiple of 8 is fastest */
  readonly ownKeys: Tensor4D;
  /** `[sequences, kvHeads, capacity, d]` */
  readonly ownValues: Tensor4D;
}

/** Which rows decode, and how far they are. */
export interface DecodingPlace {
  /** Position that this step's keys and values take in the own caches; int32 scalar. */
  readonly position: Tensor;
  /** Prompt and own sequence of each row, as indices, `[rows, 2]` int32. */
  readonly sequences: Tensor2D;
}

/** Prompt keys `[promptRows, kvHeads, d]` laid out for `decodeAttention`. */
export function decodingPromptKeys(keys: Tensor3D, lengths: readonly number[]): Tensor1D {
  return run(names.promptKeys, { keys }, { lengths })[0] as Tensor1D;
}

/**
 * Attention of one new row of each sequence over its prompt, its own earlier rows and itself. Writes keys and values
 * into the own caches in place. Not differentiable.
 * @param queries `[rows, heads, d]`
 * @param keys `[rows, kvHeads, d]`
 * @param values `[rows, kvHeads, d]`
 * @returns `[rows, heads, d]`
 */
export function decodeAttention(
  queries: Tensor3D,
  keys: Tensor3D,
  values: Tensor3D,
  cache: DecodingCache,
  { position, sequences }: DecodingPlace,
): Tensor3D {
  const { promptLengths, promptKeys, promptValues, ownKeys, ownValues } = cache;
  const inputs = { queries, keys, values, promptKeys, promptValues, ownKeys, ownValues, position, sequences };
  const attributes = { scale: queries.shape[2] ** -0.5, promptLengths };
  return run(names.attention, inputs, attributes)[0] as Tensor3D;
}

export type EngineSamplingRule = Omit<SamplingRule, "repetitionPenalty">;

/**
 * Draws one token a row, as `sampleToken` does.
 * @param logits `[rows, vocabulary]`
 * @param uniforms 32 random bits a row, `[rows]` int32
 * @returns ids `[rows]` int32, -1 where the logits hold no distribution, and log-probabilities in nats `[rows]`
 */
export function sampleTokens(
  logits: Tensor2D,
  uniforms: Tensor1D,
  rule: EngineSamplingRule,
): { ids: Tensor1D; logProbs: Tensor1D } {
  const { temperature, topP = 1, minP = 0, topK = 0, bannedIds = [] } = rule;
  const attributes = { temperature, topP, minP, topK, bannedIds };
  const [ids, logProbs] = run(names.sample, { logits, uniforms }, attributes) as [Tensor1D, Tensor1D];
  return { ids, logProbs };
}

function run(name: string, inputs: Readonly<Record<string, Tensor>>, attributes: object): Tensor[] {
  const result = engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes as unknown as NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
