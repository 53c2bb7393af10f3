import { engine, mul, reshape, type Tensor, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";
import { sharedResults } from "./shared-results.js";
import {
  tokenLogProbsBackward,
  tokenLogProbsForward,
  tokenLogProbsWithSlopes,
  type TokenLogProbAttributes,
} from "./token-log-probs-composite.js";

/** The output layer of a language model. */
export interface OutputHead {
  /** `[hidden, vocab]`. */
  readonly weight: Tensor2D;
  /** `[vocab, hidden]`; saves the backward pass of a frozen head a transpose of the whole weight. */
  readonly weightTransposed?: Tensor2D;
  /** Whether `weight` gets a gradient; false by default. */
  readonly trainable?: boolean;
}

export interface TokenLogProbOptions {
  /** Logits are divided by this; 1 by default. */
  readonly temperature?: number;
  /** Rows whose logits exist at a time; by default as many as take 64 MB. */
  readonly chunkRows?: number;
  /** Also return the entropies; they are not differentiable. */
  readonly entropies?: boolean;
}

/** Bytes of logits that may exist at a time. */
const logitBytes = 64 * 2 ** 20;

/** Log-probabilities and, if asked for, entropies. */
const runScores = defineKernel<"hidden" | "weight" | "targets", TokenLogProbAttributes>({
  name: "RarlTokenLogProbs",
  composite: tokenLogProbsForward,
});

/**
 * The same with a second result: how each log-probability changes with its row of `hidden`. A log-probability
 * depends on its own row only, so the gradient is this times dy, and logits are computed once for both passes.
 */
const runFrozen = defineKernel<"hidden" | "weight" | "backwardWeight" | "targets", TokenLogProbAttributes>({
  name: "RarlTokenLogProbsWithSlopes",
  composite: tokenLogProbsWithSlopes,
  gradient: {
    inputsToSave: [],
    outputsToSave: [false, true],
    backward: (dy, [slopes]) => ({ hidden: () => mul(slopes!, reshape(dy, [-1, 1])) }),
  },
});

/** Gradients of hidden and weight. */
const runTrainableBackward = defineKernel<"hidden" | "weight" | "targets" | "dy", TokenLogProbAttributes>({
  name: "RarlTokenLogProbsBackward",
  composite: tokenLogProbsBackward,
});

const runTrainable = defineKernel<"hidden" | "weight" | "targets", TokenLogProbAttributes>({
  name: "RarlTrainableTokenLogProbs",
  composite: tokenLogProbsForward,
  gradient: {
    inputsToSave: ["hidden", "weight", "targets"],
    backward(dy, [hidden, weight, targets], attributes) {
      const inputs = { hidden: hidden!, weight: weight!, targets: targets!, dy };
      const results = sharedResults(() => runTrainableBackward(inputs, attributes));
      return { hidden: () => results(0), weight: () => results(1) };
    },
  },
});

/** Whether what runs now may be asked for its gradient. */
function isDifferentiated(): boolean {
  return engine().state.gradientDepth > 0;
}

/**
 * Log-probabilities of given tokens, `log_softmax(hidden weight / temperature)[target]`. Logits exist for some rows at
 * a time only; a trainable head computes them again in the backward pass. Targets are not checked against the vocabulary.
 * @param hidden `[n, hidden]`
 * @param targets `[n]`, int32
 * @returns log-probabilities in nats, `[n]`, and entropies in nats, `[n]`, when asked for
 */
export function tokenLogProbs(
  hidden: Tensor2D,
  head: OutputHead,
  targets: Tensor1D,
  options: TokenLogProbOptions = {},
): { logProbs: Tensor1D; entropies?: Tensor1D } {
  const { weight, trainable = false } = head;
  const { temperature = 1, entropies = false } = options;
  const chunkRows = options.chunkRows ?? Math.max(1, Math.floor(logitBytes / (4 * weight.shape[1])));
  const backwardWeight = head.weightTransposed ?? weight;
  const attributes = {
    temperature,
    chunkRows,
    entropies,
    backwardTransposed: backwardWeight !== weight,
  };
  const named = (logProbs: Tensor, entropy?: Tensor) => ({
    logProbs: logProbs as Tensor1D,
    ...(entropy !== undefined && { entropies: entropy as Tensor1D }),
  });
  if (!trainable && isDifferentiated()) {
    const [logProbs, slopes, entropy] = runFrozen({ hidden, weight, backwardWeight, targets }, attributes);
    // The tape keeps its own hold of them.
    slopes!.dispose();
    return named(logProbs!, entropy);
  }
  // A transposed copy of a weight in training would be a second path for its gradient.
  const [logProbs, entropy] = (trainable ? runTrainable : runScores)({ hidden, weight, targets }, attributes);
  return named(logProbs!, entropy);
}
