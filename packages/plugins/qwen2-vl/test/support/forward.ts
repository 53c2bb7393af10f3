import { groupAttention, matMul } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { packGroups } from "../../src/model/packing.js";
import type { PromptImage, Qwen2VLPrompt } from "../../src/model/prompt.js";
import type { GoldenModel } from "./golden-model.js";

export function imageRows(model: GoldenModel): (images: readonly PromptImage[]) => Tensor2D | null {
  return (images) => (images.length === 0 ? null : model.vision.forward(images));
}

/** Logits of every row of one prompt, `[tokens, vocab]`. */
export function promptLogits(model: GoldenModel, prompt: Qwen2VLPrompt): Tensor2D {
  return tf.tidy(() => {
    const packed = packGroups([{ prompt, completions: [] }], 123);
    const x = model.language.embed(packed.ids, packed.imageRows, imageRows(model)(packed.images));
    const hidden = model.language.forward(
      x,
      model.language.rotaryTables(packed.positions),
      () => (queries, keys, values) => groupAttention(queries, keys, values, packed.layout),
    );
    return matMul(hidden, model.language.head().weight);
  });
}

export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]! ** 2;
  return Math.sqrt(sum);
}
