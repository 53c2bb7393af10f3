import type { StepLoad, StepMemory } from "@rarl-sdk/core";
import type { TextConfig } from "./config/qwen2-vl-config.js";
import { PREFILL_ROWS } from "./sampling/prefill-passes.js";

/** Activations, keys and values are float32 on every engine. */
const FLOAT_BYTES = 4;
/** Logits that exist at a time in a gradient pass (`tokenLogProbs`), and how many such pieces. */
const LOGIT_BYTES = 64 * 2 ** 20;
const LOGIT_PIECES = 3;
/** For what is not counted: allocator, adapters, masks, tables. Checked against measured peaks. */
const MARGIN = 1.1;

/**
 * What a step adds at its peak to the loaded model, estimated from shapes. A row is a token of a prompt or of a
 * completion; H is the hidden size, K the width of the keys, I that of the MLP.
 *
 * - A differentiated layer keeps, a row: its input, that normed, the queries, what attention gives and the residual
 *   (5 H), keys and values (2 K), gate and up (2 I). With recomputation only its input, and one layer at a time all.
 * - While a layer runs, forward or backward, some of the same are there once more.
 */
export function stepMemory(config: TextConfig, load: StepLoad): StepMemory {
  const { hiddenSize: hidden, intermediateSize: inner, layers, kvHeads, headDim, heads, vocabSize } = config;
  const { promptTokens, completionTokens, rollout, pass, recompute } = load;
  const keyWidth = kvHeads * headDim;
  const kept = 5 * hidden + 2 * keyWidth + 2 * inner;
  const working = 4 * hidden + 3 * inner;

  const passTokens = pass.prompts * pass.completions * completionTokens;
  const passRows = pass.prompts * promptTokens + passTokens;
  const activations = recompute ? passRows * (layers * hidden + kept) : passRows * layers * kept;
  // Scores of one group's prompt, or of its completions, against what they see.
  const scores =
    2 *
    heads *
    Math.max(promptTokens ** 2, pass.completions * completionTokens * (promptTokens + completionTokens));
  const logits = Math.min(LOGIT_BYTES / FLOAT_BYTES, passTokens * vocabSize) * LOGIT_PIECES;
  const predictors = 2 * passTokens * hidden;

  const rolloutRows = rollout.prompts * rollout.completions;
  const positions = rollout.prompts * promptTokens + rolloutRows * completionTokens;
  const cache = 2 * layers * keyWidth * positions;
  const prefillRows = Math.min(rollout.prompts * promptTokens, Math.max(PREFILL_ROWS, promptTokens));
  const prefill = prefillRows * working + heads * promptTokens ** 2;
  const draws = 3 * rolloutRows * (vocabSize + working);

  return {
    rollout: MARGIN * FLOAT_BYTES * (cache + Math.max(prefill, draws)),
    pass: MARGIN * FLOAT_BYTES * (activations + passRows * working + Math.max(scores, logits) + predictors),
  };
}
