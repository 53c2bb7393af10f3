import type { CompletionGroup } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import { completionWeights, type CountedCompletion } from "./completion-weights.js";
import type { LossType } from "./options.js";
import type { RolloutGroup } from "./rollout-group.js";

/** Some groups of a step that go through the model together. Arrays are `[tokens]`, completion after completion. */
export interface ForwardPass {
  readonly groups: readonly CompletionGroup[];
  readonly sampleIds: readonly string[];
  /** Tokens of each completion. */
  readonly lengths: readonly number[];
  /** Log-probs recorded while sampling, nats. */
  readonly sampledLogProbs: Float32Array;
  readonly advantages: Float32Array;
  readonly advantageTensor: tf.Tensor1D;
  readonly weightTensor: tf.Tensor1D;
}

export interface PassPlan {
  readonly lossType: LossType;
  readonly promptsPerStep: number;
  readonly maxNewTokens: number;
  readonly maskTruncated: boolean;
  /** Groups per pass. */
  readonly microBatch: number;
  /** Completions of a group per pass; a larger group takes several. */
  readonly passCompletions: number;
}

/**
 * Cuts a step into forward passes. Left out are groups whose advantages are all exactly 0 and, when asked for,
 * truncated completions; what that does to the averages is said at `completionWeights`.
 * @param advantages `[groups][completions]`
 */
export function forwardPasses(
  groups: readonly RolloutGroup[],
  advantages: readonly (readonly number[])[],
  plan: PassPlan,
): ForwardPass[] {
  const counted: CountedCompletion[] = groups.flatMap((group, index) =>
    group.completions.map(({ tokenIds, finishReason }) => ({
      tokens: tokenIds.length,
      microStep: Math.floor(index / plan.promptsPerStep),
      counts: !(plan.maskTruncated && finishReason === "length"),
    })),
  );
  const weights = completionWeights(plan.lossType, counted, plan.maxNewTokens);

  let first = 0;
  const parts = groups.map((group, groupIndex) => {
    const start = first;
    first += group.completions.length;
    const used = group.completions
      .map((completion, index) => ({
        completion,
        advantage: advantages[groupIndex]![index]!,
        weight: weights[start + index]!,
        counts: counted[start + index]!.counts,
      }))
      .filter(({ counts }) => counts);
    return { group, used };
  });
  const active = parts.filter(({ used }) => used.some(({ advantage }) => advantage !== 0));

  // The loss is a weighted sum over tokens, so it may be cut anywhere, within a group as well.
  const pieces = active.flatMap(({ group, used }) =>
    sliced(used, plan.passCompletions).map((part) => ({ group, used: part })),
  );
  return sliced(pieces, plan.microBatch).map(forwardPass);
}

function sliced<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

interface PassPart {
  readonly group: RolloutGroup;
  readonly used: readonly {
    readonly completion: RolloutGroup["completions"][number];
    readonly advantage: number;
    readonly weight: number;
  }[];
}

function forwardPass(parts: readonly PassPart[]): ForwardPass {
  const used = parts.flatMap((part) => part.used);
  const lengths = used.map(({ completion }) => completion.tokenIds.length);
  const advantages = perToken(
    used.map(({ advantage }) => advantage),
    lengths,
  );
  return {
    groups: parts.map((part) => ({
      prompt: part.group.encoded,
      completions: part.used.map(({ completion }) => completion.tokenIds),
    })),
    sampleIds: parts.map((part) => part.group.sample.id),
    lengths,
    sampledLogProbs: Float32Array.from(used.flatMap(({ completion }) => [...completion.logProbs])),
    advantages,
    advantageTensor: tf.tensor1d(advantages),
    weightTensor: tf.tensor1d(
      perToken(
        used.map(({ weight }) => weight),
        lengths,
      ),
    ),
  };
}

/** Repeats each completion's value over its tokens. */
function perToken(values: readonly number[], lengths: readonly number[]): Float32Array {
  const result = new Float32Array(lengths.reduce((total, length) => total + length, 0));
  let start = 0;
  values.forEach((value, index) => {
    result.fill(value, start, start + lengths[index]!);
    start += lengths[index]!;
  });
  return result;
}
