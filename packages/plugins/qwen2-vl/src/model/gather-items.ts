import * as tf from "@tensorflow/tfjs-core";
import type { Rank, Tensor } from "@tensorflow/tfjs-core";

/**
 * Items along the first axis by index, without a gradient. GatherND copies whole items where wasm's Gather goes
 * element by element.
 */
export function gatherItems<R extends Rank>(tensor: Tensor<R>, index: ArrayLike<number>): Tensor<R> {
  return tf.tidy(
    () => tf.gatherND(tensor, tf.tensor2d(Int32Array.from(index), [index.length, 1], "int32")) as Tensor<R>,
  );
}
