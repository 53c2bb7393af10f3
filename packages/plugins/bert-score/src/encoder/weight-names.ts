import type { EncoderArchitecture } from "./encoder-config.js";

/** Names of a block's modules in the upstream checkpoint; weight and bias follow. */
export interface BlockNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

/** BERT's names, which RoBERTa shares, and DistilBERT's. */
export function blockNames(architecture: EncoderArchitecture, layer: number): BlockNames {
  if (architecture === "distilbert") {
    const block = `transformer.layer.${layer}`;
    return {
      query: `${block}.attention.q_lin`,
      key: `${block}.attention.k_lin`,
      value: `${block}.attention.v_lin`,
      attentionOutput: `${block}.attention.out_lin`,
      attentionNorm: `${block}.sa_layer_norm`,
      intermediate: `${block}.ffn.lin1`,
      output: `${block}.ffn.lin2`,
      outputNorm: `${block}.output_layer_norm`,
    };
  }
  const block = `encoder.layer.${layer}`;
  return {
    query: `${block}.attention.self.query`,
    key: `${block}.attention.self.key`,
    value: `${block}.attention.self.value`,
    attentionOutput: `${block}.attention.output.dense`,
    attentionNorm: `${block}.attention.output.LayerNorm`,
    intermediate: `${block}.intermediate.dense`,
    output: `${block}.output.dense`,
    outputNorm: `${block}.output.LayerNorm`,
  };
}

/**
 * Brings a stored name into the form above: without the model's prefix, which checkpoints with a head carry, and with
 * layer norms called weight and bias, which the first releases of BERT call gamma and beta.
 */
export function canonicalName(stored: string): string {
  return stored
    .replace(/^(?:bert|roberta|distilbert)\./, "")
    .replace(/\.gamma$/, ".weight")
    .replace(/\.beta$/, ".bias");
}
