import { groupAttention } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { gatherItems } from "../model/gather-items.js";
import type { LanguageModel } from "../model/language-model.js";
import { packGroups } from "../model/packing.js";
import type { PromptImage, Qwen2VLPrompt } from "../model/prompt.js";

/** What sampling needs of the backbone. */
export interface SamplingModel {
  readonly model: LanguageModel;
  readonly imageTokenId: number;
  readonly contextLength: number;
  readonly endTokenIds: ReadonlySet<number>;
  /** Never sampled: image and video placeholders, for which no image would stand. */
  readonly bannedIds: readonly number[];
  imageEmbeddings(images: readonly PromptImage[]): Tensor2D | null;
}

/**
 * Runs all prompts in one packed pass. `keep` gets each layer's rotated keys and values `[rows, kvHeads, headDim]`,
 * prompt after prompt.
 * @returns hidden state of each prompt's last row, `[prompts, hidden]`
 */
export function prefill(
  backbone: SamplingModel,
  prompts: readonly Qwen2VLPrompt[],
  keep: (layer: number, keys: Tensor3D, values: Tensor3D) => void,
): Tensor2D {
  const { model } = backbone;
  const packed = packGroups(
    prompts.map((prompt) => ({ prompt, completions: [] })),
    backbone.imageTokenId,
  );
  let end = 0;
  const lastRows = prompts.map(({ tokenIds }) => (end += tokenIds.length) - 1);
  return tf.tidy((): Tensor2D => {
    const x = model.embed(packed.ids, packed.imageRows, backbone.imageEmbeddings(packed.images));
    const hidden = model.forward(
      x,
      model.rotaryTables(packed.positions),
      (layer) => (queries, keys, values) => {
        keep(layer, keys, values);
        return groupAttention(queries, keys, values, packed.layout);
      },
    );
    return gatherItems(hidden, lastRows);
  });
}
