import type { RandomStream } from "@rarl-sdk/core";
import { modelConfig } from "./model-config.js";

/** A tensor under its upstream name; `data` is drawn when asked for. */
export interface InitialTensor {
  readonly name: string;
  readonly dtype: "F32";
  readonly shape: readonly number[];
  readonly data: () => Float32Array;
}

/** Name, shape, and how it starts: normal(0, 0.02), ones or zeros, as Hugging Face initialises the model. */
type Place = readonly [name: string, shape: readonly number[], start: "normal" | "ones" | "zeros"];

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

function start(kind: Place[2], size: number, random: RandomStream): Float32Array {
  if (kind !== "normal") return new Float32Array(size).fill(kind === "ones" ? 1 : 0);
  return Float32Array.from({ length: size }, () => modelConfig.initializer_range * random.normal());
}

/** All tensors of the untrained model; the head is tied to the embedding and not stored. */
export function initialTensors(random: RandomStream): InitialTensor[] {
  return [...visionPlaces(), ...textPlaces()].map(([name, shape, kind]) => ({
    name,
    dtype: "F32",
    shape,
    data: () =>
      start(
        kind,
        shape.reduce((product, size) => product * size, 1),
        random.fork(name),
      ),
  }));
}
