import type { CompletionGroup, LogProbOptions, PackedLogProbs } from "@rarl-sdk/core";
import { embedding, groupAttention, tokenLogProbs, type TokenLogProbOptions } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { LanguageModel } from "./language-model.js";
import { packGroups } from "./packing.js";
import type { PromptImage } from "./prompt.js";

/**
 * Log-probabilities of every completion token from one forward pass in which each prompt stands once, whatever the
 * number of its completions, and nothing is padded. Differentiable.
 */
export function packedLogProbs(
  model: LanguageModel,
  imageTokenId: number,
  imageEmbeddings: (images: readonly PromptImage[]) => Tensor2D | null,
  groups: readonly CompletionGroup[],
  options: LogProbOptions & Pick<TokenLogProbOptions, "chunkRows">,
  recomputed: boolean,
): PackedLogProbs {
  const packed = packGroups(groups, imageTokenId);
  return tf.tidy(() => {
    const x = model.embed(packed.ids, packed.imageRows, imageEmbeddings(packed.images));
    const tables = model.rotaryTables(packed.positions);
    const hidden = model.forward(
      x,
      tables,
      () => (queries, keys, values) => groupAttention(queries, keys, values, packed.layout),
      recomputed,
    );
    const predictors = embedding(tf.tensor1d(packed.predictors, "int32"), hidden);
    const { logProbs, entropies } = tokenLogProbs(
      predictors,
      model.head(),
      tf.tensor1d(packed.targets, "int32"),
      options,
    );
    // A record of tensors, so that tidy sees and keeps them.
    return entropies === undefined ? { logProbs } : { logProbs, entropies };
  });
}
