import type { RandomStream } from "@rarl-sdk/core";
import { modelConfig } from "./model-config.js";

/** A tensor under its upstream name; `data` is drawn when asked for. */
export interface InitialTensor {
  readonly name: string;
  readonly dtype: "F32";
  readonly shape: readonly number[];
  readonly data: () => Float32Array;
}

/** Name, shape, and how it starts; biases are zeros and norms ones, as Hugging Face initialises the model. */
type Place = readonly [name: string, shape: readonly number[], start: "normal" | "ones" | "zeros"];

/*
 * Hugging Face draws every weight from normal(0, 0.02), which suits a hidden size in the thousands. At width 64 it makes
 * the first layers too small to learn in 800 steps: the base then hardly sees small nodules. So linears start from
 * normal(0, 1/sqrt(inputs)), and two are larger: the tied embedding, and the patch embedding, whose 1,176 inputs move
 * together and would otherwise be overrun by the first steps of AdamW.
 */
const embeddingDeviation = 0.3;
const patchGain = 4;

function linear(name: string, outputs: number, inputs: number): Place[] {
  return [
    [`${name}.weight`, [outputs, inputs], "normal"],
    [`${name}.bias`, [outputs], "zeros"],
  ];
}

function layerNorm(name: string, width: number): Place[] {
  return [
    [`${name}.weight`, [width], "ones"],
    [`${name}.bias`, [width], "zeros"],
  ];
}

function visionPlaces(): Place[] {
  const vision = modelConfig.vision_config;
  const width = vision.embed_dim;
  const merged = width * vision.spatial_merge_size ** 2;
  const patch = [vision.in_chans, vision.temporal_patch_size, vision.patch_size, vision.patch_size];
  const places: Place[] = [["visual.patch_embed.proj.weight", [width, ...patch], "normal"]];
  for (let block = 0; block < vision.depth; block++) {
    const name = `visual.blocks.${block}`;
    places.push(
      ...layerNorm(`${name}.norm1`, width),
      ...layerNorm(`${name}.norm2`, width),
      ...linear(`${name}.attn.qkv`, 3 * width, width),
      ...linear(`${name}.attn.proj`, width, width),
      ...linear(`${name}.mlp.fc1`, width * vision.mlp_ratio, width),
      ...linear(`${name}.mlp.fc2`, width, width * vision.mlp_ratio),
    );
  }
  places.push(
    ...layerNorm("visual.merger.ln_q", width),
    ...linear("visual.merger.mlp.0", merged, merged),
    ...linear("visual.merger.mlp.2", vision.hidden_size, merged),
  );
  return places;
}

function textPlaces(): Place[] {
  const { hidden_size: hidden, intermediate_size: intermediate, num_attention_heads: heads } = modelConfig;
  const keyWidth = (hidden / heads) * modelConfig.num_key_value_heads;
  const places: Place[] = [["model.embed_tokens.weight", [modelConfig.vocab_size, hidden], "normal"]];
  for (let layer = 0; layer < modelConfig.num_hidden_layers; layer++) {
    const name = `model.layers.${layer}`;
    places.push(
      [`${name}.input_layernorm.weight`, [hidden], "ones"],
      ...linear(`${name}.self_attn.q_proj`, hidden, hidden),
      ...linear(`${name}.self_attn.k_proj`, keyWidth, hidden),
      ...linear(`${name}.self_attn.v_proj`, keyWidth, hidden),
      [`${name}.self_attn.o_proj.weight`, [hidden, hidden], "normal"],
      [`${name}.post_attention_layernorm.weight`, [hidden], "ones"],
      [`${name}.mlp.gate_proj.weight`, [intermediate, hidden], "normal"],
      [`${name}.mlp.up_proj.weight`, [intermediate, hidden], "normal"],
      [`${name}.mlp.down_proj.weight`, [hidden, intermediate], "normal"],
    );
  }
  places.push(["model.norm.weight", [hidden], "ones"]);
  return places;
}

/** Standard deviation with which a weight starts. */
export function initialDeviation(name: string, shape: readonly number[]): number {
  if (name === "model.embed_tokens.weight") return embeddingDeviation;
  const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
  return (name === "visual.patch_embed.proj.weight" ? patchGain : 1) / Math.sqrt(inputs);
}

function start([name, shape, kind]: Place, random: RandomStream): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (kind !== "normal") return new Float32Array(size).fill(kind === "ones" ? 1 : 0);
  const deviation = initialDeviation(name, shape);
  return Float32Array.from({ length: size }, () => deviation * random.normal());
}

/** All tensors of the untrained model; the head is tied to the embedding and not stored. */
export function initialTensors(random: RandomStream): InitialTensor[] {
  return [...visionPlaces(), ...textPlaces()].map((place) => ({
    name: place[0],
    dtype: "F32",
    shape: place[1],
    data: () => start(place, random.fork(place[0])),
  }));
}
