// Writes RoBERTa checkpoints of the published sizes with random weights, up to the layer that BERTScore uses, and with
// the small tokenizer of the tests: what an encoder costs depends on neither.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSafetensors } from "../../packages/nn/dist/index.js";

/** hidden, heads, feed-forward, and the published layer. */
export const sizes = {
  distilroberta: { hidden: 768, heads: 12, intermediate: 3072, layers: 5 },
  "roberta-base": { hidden: 768, heads: 12, intermediate: 3072, layers: 10 },
  "roberta-large": { hidden: 1024, heads: 16, intermediate: 4096, layers: 17 },
};
const vocabulary = 340;
const positions = 514;

export async function makeEncoder(name, parent) {
  const { hidden, heads, intermediate, layers } = sizes[name];
  const directory = join(parent, name);
  mkdirSync(directory, { recursive: true });
  const fixtures = fileURLToPath(
    new URL("../../packages/plugins/bert-score/test/fixtures/roberta/", import.meta.url),
  );
  copyFileSync(join(fixtures, "tokenizer.json"), join(directory, "tokenizer.json"));
  const config = {
    model_type: "roberta",
    vocab_size: vocabulary,
    max_position_embeddings: positions,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediate,
    hidden_act: "gelu",
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
  };
  writeFileSync(join(directory, "config.json"), JSON.stringify(config));
  const tensors = [];
  const add = (tensor, shape, values) =>
    tensors.push({ name: tensor, dtype: "F32", shape, data: () => values(shape.reduce((a, b) => a * b, 1)) });
  const linear = (module, inputs, outputs) => {
    add(`${module}.weight`, [outputs, inputs], noise);
    add(`${module}.bias`, [outputs], noise);
  };
  const norm = (module) => {
    add(`${module}.weight`, [hidden], (size) => new Float32Array(size).fill(1));
    add(`${module}.bias`, [hidden], noise);
  };
  add("embeddings.word_embeddings.weight", [vocabulary, hidden], noise);
  add("embeddings.position_embeddings.weight", [positions, hidden], noise);
  add("embeddings.token_type_embeddings.weight", [1, hidden], noise);
  norm("embeddings.LayerNorm");
  for (let layer = 0; layer < layers; layer++) {
    const block = `encoder.layer.${layer}`;
    for (const part of ["query", "key", "value"]) linear(`${block}.attention.self.${part}`, hidden, hidden);
    linear(`${block}.attention.output.dense`, hidden, hidden);
    norm(`${block}.attention.output.LayerNorm`);
    linear(`${block}.intermediate.dense`, hidden, intermediate);
    linear(`${block}.output.dense`, intermediate, hidden);
    norm(`${block}.output.LayerNorm`);
  }
  await writeSafetensors(join(directory, "model.safetensors"), tensors);
  return directory;
}

let state = 1;
/** Uniform in ±0.035, which has the published initialisation's standard deviation of 0.02. */
function noise(size) {
  const values = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[index] = (state / 2 ** 32 - 0.5) * 0.07;
  }
  return values;
}
