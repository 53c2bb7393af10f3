import * as tf from "@tensorflow/tfjs-core";
import type { UpdateOutcome } from "../contracts/algorithm.js";
import type { Optimizer } from "../contracts/optimizer.js";
import type { OptimizerChoice } from "../config/run-config.js";
import type { UpdateRequest } from "../hooks/run-hooks.js";
import { learningRateAt } from "../schedule/learning-rate.js";

/** Keeps the clipping factor finite; the value of torch's `clip_grad_norm_`. */
const clipEpsilon = 1e-6;

/**
 * One update: global-norm clipping, then the optimizer at the schedule's learning rate. Gradients that are not
 * finite leave the variables untouched and are told by the outcome.
 */
export async function updateWeights(
  optimizer: Optimizer,
  choice: Pick<OptimizerChoice, "learningRate" | "schedule" | "maxGradNorm">,
  request: UpdateRequest,
): Promise<UpdateOutcome> {
  const gradientNorm = await globalNorm(request.gradients);
  const learningRate = learningRateAt(choice.schedule, choice.learningRate, request.step, request.totalSteps);
  if (!Number.isFinite(gradientNorm)) return { applied: false, gradientNorm, learningRate };
  if (choice.maxGradNorm !== null && gradientNorm > choice.maxGradNorm) {
    const factor = choice.maxGradNorm / (gradientNorm + clipEpsilon);
    const unclipped = request.gradients;
    request.gradients = unclipped.map((gradient) => tf.mul(gradient, factor));
    tf.dispose([...unclipped]);
  }
  optimizer.apply(request.variables, request.gradients, learningRate);
  return { applied: true, gradientNorm, learningRate };
}

/** Euclidean norm over all gradients together; one value read back. */
async function globalNorm(gradients: readonly tf.Tensor[]): Promise<number> {
  if (gradients.length === 0) return 0;
  const norm = tf.tidy(() => tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))));
  try {
    return (await norm.data())[0]!;
  } finally {
    norm.dispose();
  }
}
