import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";
import { sharedResults } from "./shared-results.js";
import {
  tokenLogProbsBackward,
  tokenLogProbsForward,
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

/** Gradients of hidden and, when trainable, of the weight. */
const runBackward = defineKernel<
  "hidden" | "weight" | "backwardWeight" | "targets" | "dy",
  TokenLogProbAttributes
>({
  name: "RarlTokenLogProbsBackward",
  composite: tokenLogProbsBackward,
});

const runFrozen = defineKernel<"hidden" | "weight" | "backwardWeight" | "targets", TokenLogProbAttributes>({
  name: "RarlTokenLogProbs",
  composite: tokenLogProbsForward,
  gradient: {
    inputsToSave: ["hidden", "weight", "backwardWeight", "targets"],
    backward(dy, [hidden, weight, backwardWeight, targets], attributes) {
      const inputs = {
        hidden: hidden!,
        weight: weight!,
        backwardWeight: backwardWeight!,
        targets: targets!,
        dy,
      };
      return { hidden: () => runBackward(inputs, attributes)[0]! };
    },
  },
});

const runTrainable = defineKernel<"hidden" | "weight" | "targets", TokenLogProbAttributes>({
  name: "RarlTrainableTokenLogProbs",
  composite: tokenLogProbsForward,
  gradient: {
    inputsToSave: ["hidden", "weight", "targets"],
    backward(dy, [hidden, weight, targets], attributes) {
      const inputs = { hidden: hidden!, weight: weight!, backwardWeight: weight!, targets: targets!, dy };
      const results = sharedResults(() => runBackward(inputs, attributes));
      return { hidden: () => results(0), weight: () => results(1) };
    },
  },
});

/**
 * Log-probabilities of given tokens, `log_softmax(hidden weight / temperature)[target]`. Logits exist for some rows at
 * a time only, and are computed again in the backward pass. Targets are not checked against the vocabulary.
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
  // A transposed copy of a weight in training would be a second path for its gradient.
  const backwardWeight = trainable ? weight : (head.weightTransposed ?? weight);
  const backwardTransposed = backwardWeight !== weight;
  const attributes = { temperature, chunkRows, entropies, trainable, backwardTransposed };
  const outputs = trainable
    ? runTrainable({ hidden, weight, targets }, attributes)
    : runFrozen({ hidden, weight, backwardWeight, targets }, attributes);
  const [logProbs, entropy] = outputs as [Tensor1D, Tensor1D?];
  return entropy === undefined ? { logProbs } : { logProbs, entropies: entropy };
}
