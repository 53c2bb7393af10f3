import { groupAttention } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { gatherItems } from "../model/gather-items.js";
import type { LanguageModel } from "../model/language-model.js";
import { packGroups } from "../model/packing.js";
import type { PromptImage, Qwen2VLPrompt } from "../model/prompt.js";
import { prefillPasses, type PrefillPass } from "./prefill-passes.js";

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
 * Runs all prompts, several packed into a pass. `keep` gets each layer's rotated keys and values
 * `[rows, kvHeads, headDim]`, prompt after prompt.
 * @returns hidden state of each prompt's last row, `[prompts, hidden]`
 */
export function prefill(
  backbone: SamplingModel,
  prompts: readonly Qwen2VLPrompt[],
  keep: (layer: number, keys: Tensor3D, values: Tensor3D) => void,
): Tensor2D {
  const passes = prefillPasses(prompts, backbone.imageTokenId);
  const [only] = passes;
  if (passes.length === 1) return runPass(backbone, only!, keep);
  const layers: { keys: Tensor3D[]; values: Tensor3D[] }[] = [];
  const hidden: Tensor2D[] = [];
  try {
    for (const pass of passes) {
      const last = runPass(backbone, pass, (layer, keys, values) => {
        layers[layer] ??= { keys: [], values: [] };
        layers[layer].keys.push(tf.keep(tf.clone(keys)));
        layers[layer].values.push(tf.keep(tf.clone(values)));
      });
      hidden.push(tf.keep(last));
    }
    layers.forEach(({ keys, values }, layer) => {
      tf.tidy(() => {
        keep(layer, tf.concat(keys, 0), tf.concat(values, 0));
      });
      // A layer at a time, so that no more than one is there twice.
      tf.dispose([keys.splice(0), values.splice(0)]);
    });
    return tf.concat(hidden, 0);
  } finally {
    tf.dispose([hidden, ...layers.map(({ keys, values }) => [keys, values])]);
  }
}

function runPass(
  backbone: SamplingModel,
  { groups, rows, lastRows }: PrefillPass,
  keep: (layer: number, keys: Tensor3D, values: Tensor3D) => void,
): Tensor2D {
  const { model } = backbone;
  const packed = packGroups(groups, backbone.imageTokenId);
  return tf.tidy((): Tensor2D => {
    const x = model.embed(packed.ids, packed.imageRows, backbone.imageEmbeddings(packed.images));
    const hidden = model.forward(
      x,
      model.rotaryTables(packed.positions),
      (layer) => (queries, keys, values) => {
        if (rows === null) keep(layer, keys, values);
        else keep(layer, gatherItems(keys, rows), gatherItems(values, rows));
        return groupAttention(queries, keys, values, packed.layout);
      },
    );
    return gatherItems(hidden, lastRows);
  });
}
