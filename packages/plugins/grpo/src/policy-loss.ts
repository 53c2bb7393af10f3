import * as tf from "@tensorflow/tfjs-core";

export interface PolicyLossOptions {
  readonly beta: number;
  readonly epsilonLow: number;
  readonly epsilonHigh: number;
  readonly delta: number | null;
  readonly importanceSampling: "token" | "sequence";
}

/** What the loss needs beside the current log-probs; every tensor is `[tokens]`, completion after completion. */
export interface TokenBatch {
  /** Log-probs of the policy that sampled; null where that is the current one: the ratio is then exactly 1. */
  readonly oldLogProbs: tf.Tensor1D | null;
  /** Log-probs of the reference; null when beta is 0. */
  readonly referenceLogProbs: tf.Tensor1D | null;
  /** Advantage of the token's completion. */
  readonly advantages: tf.Tensor1D;
  /** What the token weighs in the step's loss, see `completionWeights`. */
  readonly weights: tf.Tensor1D;
  /** 1 where the policy term applies, 0 where it is masked; null applies it everywhere. The KL term is not masked. */
  readonly policyMask: tf.Tensor1D | null;
  /** Tokens of each completion; sums to the number of tokens. */
  readonly lengths: readonly number[];
}

/** Which completion each token belongs to, `[completions, tokens]`, of ones and zeros. */
function membership(lengths: readonly number[], tokens: number): tf.Tensor2D {
  const values = new Float32Array(lengths.length * tokens);
  let start = 0;
  lengths.forEach((length, completion) => {
    values.fill(1, completion * tokens + start, completion * tokens + start + length);
    start += length;
  });
  return tf.tensor2d(values, [lengths.length, tokens]);
}

/** Replaces every token's value by the mean over its completion. Products, since wasm has no segment sums. */
function completionMeans(values: tf.Tensor1D, lengths: readonly number[]): tf.Tensor1D {
  const members = membership(lengths, values.size);
  const sums = tf.matMul(members, tf.reshape(values, [-1, 1])); // [completions, 1]
  const means = tf.div(sums, tf.tensor2d([...lengths], [lengths.length, 1]));
  return tf.reshape(tf.matMul(members, means, true), [-1]);
}

/**
 * The clipped surrogate with the KL penalty, summed over tokens by their weights.
 *
 *     ratio   = exp(logProbs - oldLogProbs)                (the completion's mean log ratio for `sequence`)
 *     policy  = -min(min(ratio, delta) · A, clip(ratio, 1 - epsilonLow, 1 + epsilonHigh) · A)
 *     kl      = exp(reference - logProbs) - (reference - logProbs) - 1
 *     loss    = sum over tokens of weight · (mask · policy + beta · kl)
 *
 * Differentiable in `logProbs` only, by the closed form: where the smaller side of the min is not held by its cap,
 * the derivative of -ratio · A by the log ratio is itself; that of kl by logProbs is 1 - exp(reference - logProbs).
 * @param logProbs nats, `[tokens]`
 */
export function policyLoss(logProbs: tf.Tensor1D, batch: TokenBatch, options: PolicyLossOptions): tf.Scalar {
  const withGradient = tf.customGrad<tf.Scalar>((current, save) => {
    const { value, gradient } = lossAndGradient(current as tf.Tensor1D, batch, options);
    (save as SaveForGradient)([gradient]);
    return { value, gradFunc: (dy, saved) => tf.mul(saved[0]!, dy) };
  });
  return withGradient(logProbs);
}

/** What TensorFlow.js passes to a custom gradient; it does not export the type. */
type SaveForGradient = (tensors: tf.Tensor[]) => void;

/** The loss and its gradient by the log-probs, `[tokens]`. */
function lossAndGradient(logProbs: tf.Tensor1D, batch: TokenBatch, options: PolicyLossOptions) {
  const { advantages, lengths } = batch;
  const sequence = options.importanceSampling === "sequence";
  const [lowest, highest] = [1 - options.epsilonLow, 1 + options.epsilonHigh];
  const policyWeights = batch.policyMask === null ? batch.weights : tf.mul(batch.weights, batch.policyMask);

  const logRatio = tf.sub<tf.Tensor1D>(logProbs, batch.oldLogProbs ?? logProbs);
  const ratio = tf.exp(sequence ? completionMeans(logRatio, lengths) : logRatio);
  const delta = options.delta ?? Infinity;
  const capped = tf.mul(tf.minimum(ratio, delta), advantages);
  const clipped = tf.mul(tf.clipByValue(ratio, lowest, highest), advantages);
  const useCapped = tf.lessEqual(capped, clipped);
  const inRange = tf.logicalAnd(tf.greaterEqual(ratio, lowest), tf.lessEqual(ratio, highest));
  const moves = tf.logicalOr(
    tf.logicalAnd(useCapped, tf.lessEqual(ratio, delta)),
    tf.logicalAnd(tf.logicalNot(useCapped), inRange),
  );

  const policy = tf.neg<tf.Scalar>(tf.sum(tf.mul(tf.minimum(capped, clipped), policyWeights)));
  const byRatio = tf.where(moves, tf.mul(ratio, advantages), tf.zerosLike(ratio));
  const byToken = tf.neg<tf.Tensor1D>(tf.mul(byRatio, policyWeights));
  const policyGradient = sequence ? completionMeans(byToken, lengths) : byToken;
  if (batch.referenceLogProbs === null) return { value: policy, gradient: policyGradient };

  const difference = tf.sub(batch.referenceLogProbs, logProbs);
  const referenceRatio = tf.exp(difference);
  const klWeights = tf.mul(batch.weights, options.beta);
  const kl = tf.sub(tf.sub(referenceRatio, difference), 1);
  return {
    value: tf.add<tf.Scalar>(policy, tf.sum(tf.mul(kl, klWeights))),
    gradient: tf.add(policyGradient, tf.mul(tf.sub(1, referenceRatio), klWeights)),
  };
}
