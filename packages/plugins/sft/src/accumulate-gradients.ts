import * as tf from "@tensorflow/tfjs-core";

/** Adds one pass's gradients to the sum so far, both aligned with the variables; disposes of what it was given. */
export function accumulateGradients(
  sum: readonly tf.Tensor[] | null,
  next: readonly tf.Tensor[],
): tf.Tensor[] {
  if (sum === null) return [...next];
  const added = sum.map((gradient, index) => tf.add(gradient, next[index]!));
  tf.dispose([...sum, ...next]);
  return added;
}
