import * as tf from "@tensorflow/tfjs-core";
import type { NamedAttrMap, NamedTensorMap, Tensor } from "@tensorflow/tfjs-core";

/** Numbers of one AdamW update, bias corrections worked out in double precision. */
export interface AdamWStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** 1 − beta1^step */
  readonly biasCorrection1: number;
  /** 1 − beta2^step */
  readonly biasCorrection2: number;
}

/** A weight, its gradient and its two moments, all of one shape. */
export interface AdamWState extends NamedTensorMap {
  weight: Tensor;
  gradient: Tensor;
  firstMoment: Tensor;
  secondMoment: Tensor;
}

/** Name of the kernel by which an engine may do the update in one call. */
export const adamWKernel = "RarlAdamW";

/**
 * The new weight, first and second moment after one step; the caller owns them. An engine that registers the kernel
 * `RarlAdamW` (inputs as `AdamWState`, attributes as `AdamWStep`, three outputs in this order) is used, any other
 * composes it from elementary operations.
 */
export function adamWUpdate(state: AdamWState, step: AdamWStep): [Tensor, Tensor, Tensor] {
  // tfjs declares the result as always there.
  const kernel = tf.getKernel(adamWKernel, tf.getBackend()) as tf.KernelConfig | undefined;
  if (kernel !== undefined) {
    return tf.engine().runKernel(adamWKernel, state, { ...step } satisfies NamedAttrMap) as unknown as [
      Tensor,
      Tensor,
      Tensor,
    ];
  }
  return tf.tidy(() => composite(state, step));
}

/** Loshchilov and Hutter, "Decoupled weight decay regularization", in the order of operations of PyTorch. */
function composite(state: AdamWState, step: AdamWStep): [Tensor, Tensor, Tensor] {
  const { gradient } = state;
  const { beta1, beta2 } = step;
  const firstMoment = tf.add(tf.mul(state.firstMoment, beta1), tf.mul(gradient, 1 - beta1));
  const secondMoment = tf.add(tf.mul(state.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const denominator = tf.add(tf.div(tf.sqrt(secondMoment), Math.sqrt(step.biasCorrection2)), step.epsilon);
  const stepSize = step.learningRate / step.biasCorrection1;
  const decay = 1 - step.learningRate * step.weightDecay;
  const decayed = decay === 1 ? state.weight : tf.mul(state.weight, decay);
  const weight = tf.sub(decayed, tf.mul(tf.div(firstMoment, denominator), stepSize));
  return [weight, firstMoment, secondMoment];
}
