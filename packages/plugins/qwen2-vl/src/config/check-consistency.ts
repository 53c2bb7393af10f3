import { rarlError } from "@rarl-sdk/core";
import type { Qwen2VLConfig } from "./qwen2-vl-config.js";

/**
 * Refuses fields that are each valid and together describe no model.
 * @throws RarlError `CHECKPOINT_CONFIG_INVALID` naming the field that does not fit.
 */
export function checkConsistency(file: string, { text, vision, tokenIds }: Qwen2VLConfig): void {
  const require = (holds: boolean, field: string, problem: string): void => {
    if (!holds) throw rarlError("CHECKPOINT_CONFIG_INVALID", { file, field, problem });
  };
  require(Number.isInteger(text.headDim) &&
    text.headDim % 2 ===
      0, "num_attention_heads", `${text.heads} heads do not divide the hidden size ${text.hiddenSize} into even widths`);
  require(text.heads % text.kvHeads ===
    0, "num_key_value_heads", `${text.kvHeads} key-value heads do not divide the ${text.heads} query heads`);
  const sum = text.mropeSection.reduce((total, count) => total + count, 0);
  require(sum ===
    text.headDim /
      2, "mrope_section", `[${text.mropeSection.join(", ")}] sums to ${sum}, half a head is ${text.headDim / 2}`);
  require(vision.outputSize ===
    text.hiddenSize, "vision_config.hidden_size", `${vision.outputSize} is not the text model's hidden size ${text.hiddenSize}`);
  require(vision.embedDim % (4 * vision.heads) ===
    0, "vision_config.num_heads", `${vision.heads} heads do not divide the width ${vision.embedDim} into multiples of four`);
  require(Number.isInteger(
    vision.embedDim * vision.mlpRatio,
  ), "vision_config.mlp_ratio", `${vision.mlpRatio} times ${vision.embedDim} is not a whole number`);
  for (const [field, ids] of Object.entries(tokenIds) as [string, number | readonly number[]][]) {
    for (const id of typeof ids === "number" ? [ids] : ids) {
      require(id <
        text.vocabSize, "vocab_size", `the ${field} token ${id} is outside the ${text.vocabSize} rows`);
    }
  }
}
