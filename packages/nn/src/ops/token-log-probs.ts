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
  /** `[vocab, hidden]`; saves the backward pass a transpose of the whole weight. */
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

const runTokenLogProbs = defineKernel<
  "hidden" | "weight" | "backwardWeight" | "targets",
  TokenLogProbAttributes
>({
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
      const results = sharedResults(() => runBackward(inputs, attributes));
      const forHidden = { hidden: () => results(0) };
      return attributes.trainable ? { ...forHidden, weight: () => results(1) } : forHidden;
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
  const { weight, weightTransposed = weight, trainable = false } = head;
  const { temperature = 1, entropies = false } = options;
  const chunkRows = options.chunkRows ?? Math.max(1, Math.floor(logitBytes / (4 * weight.shape[1])));
  const [logProbs, entropy] = runTokenLogProbs(
    { hidden, weight, backwardWeight: weightTransposed, targets },
    { temperature, chunkRows, entropies, trainable, backwardTransposed: weightTransposed !== weight },
  ) as [Tensor1D, Tensor1D?];
  return entropy === undefined ? { logProbs } : { logProbs, entropies: entropy };
}
