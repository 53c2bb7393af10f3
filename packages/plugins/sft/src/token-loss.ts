import * as tf from "@tensorflow/tfjs-core";

/**
 * Negative log-likelihood summed over tokens and divided by `denominator`, the target tokens of the whole batch, so
 * that the losses of a batch's passes add up to its mean.
 * @param logProbs nats, `[tokens]`
 */
export function tokenLoss(logProbs: tf.Tensor1D, denominator: number): tf.Scalar {
  const withGradient = tf.customGrad<tf.Scalar>((x) => ({
    value: tf.mul(tf.sum(x as tf.Tensor), -1 / denominator),
    gradFunc: (dy) => tf.mul(tf.fill(logProbs.shape, -1 / denominator), dy),
  }));
  return withGradient(logProbs);
}
