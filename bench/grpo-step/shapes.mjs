// The two model shapes of the benchmark, in the flat layout of released checkpoints.

const vision = { in_chans: 3, mlp_ratio: 4, patch_size: 14, spatial_merge_size: 2, temporal_patch_size: 2 };

/** Ids of the embedded tokenizer (`examples/quickstart/base`), whose vocabulary is the first 437 rows of each shape. */
const special = {
  bos_token_id: 419,
  eos_token_id: 421,
  pad_token_id: 419,
  vision_start_token_id: 428,
  vision_end_token_id: 429,
  vision_token_id: 430,
  image_token_id: 431,
  video_token_id: 432,
};

const common = {
  architectures: ["Qwen2VLForConditionalGeneration"],
  model_type: "qwen2_vl",
  ...special,
  attention_dropout: 0,
  hidden_act: "silu",
  initializer_range: 0.02,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  use_cache: true,
  use_sliding_window: false,
  max_position_embeddings: 32768,
  sliding_window: 32768,
};

export const shapes = {
  /** 38,056,832 parameters: vocabulary and MLP width are what brings hidden 512 × 8 layers to 38 M. */
  "38m": {
    ...common,
    torch_dtype: "float32",
    hidden_size: 512,
    intermediate_size: 1024,
    num_hidden_layers: 8,
    max_window_layers: 8,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    vocab_size: 15000,
    rope_scaling: { type: "mrope", mrope_section: [8, 12, 12] },
    vision_config: { ...vision, depth: 8, embed_dim: 320, hidden_size: 512, num_heads: 8 },
  },
  /** Qwen2-VL-2B's own, 2,208,985,600 parameters. */
  "2b": {
    ...common,
    torch_dtype: "bfloat16",
    hidden_size: 1536,
    intermediate_size: 8960,
    num_hidden_layers: 28,
    max_window_layers: 28,
    num_attention_heads: 12,
    num_key_value_heads: 2,
    vocab_size: 151936,
    rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
    vision_config: { ...vision, depth: 32, embed_dim: 1280, hidden_size: 1536, num_heads: 16 },
  },
};

/** Every tensor of a checkpoint: `[name, shape, start]`; norms start as ones, biases as zeros. */
export function tensorsOf(shape) {
  const { hidden_size: hidden, intermediate_size: inner, vision_config: tower } = shape;
  const keyWidth = (hidden / shape.num_attention_heads) * shape.num_key_value_heads;
  const width = tower.embed_dim;
  const merged = width * tower.spatial_merge_size ** 2;
  const linear = (name, outputs, inputs, hasBias = true) => [
    [`${name}.weight`, [outputs, inputs], "random"],
    ...(hasBias ? [[`${name}.bias`, [outputs], "zeros"]] : []),
  ];
  const layerNorm = (name) => [
    [`${name}.weight`, [width], "ones"],
    [`${name}.bias`, [width], "zeros"],
  ];
  const patch = [tower.in_chans, tower.temporal_patch_size, tower.patch_size, tower.patch_size];
  const blocks = Array.from({ length: tower.depth }, (_, block) => `visual.blocks.${block}`);
  const layers = Array.from({ length: shape.num_hidden_layers }, (_, layer) => `model.layers.${layer}`);
  return [
    ["visual.patch_embed.proj.weight", [width, ...patch], "random"],
    ...blocks.flatMap((name) => [
      ...layerNorm(`${name}.norm1`),
      ...layerNorm(`${name}.norm2`),
      ...linear(`${name}.attn.qkv`, 3 * width, width),
      ...linear(`${name}.attn.proj`, width, width),
      ...linear(`${name}.mlp.fc1`, width * tower.mlp_ratio, width),
      ...linear(`${name}.mlp.fc2`, width, width * tower.mlp_ratio),
    ]),
    ...layerNorm("visual.merger.ln_q"),
    ...linear("visual.merger.mlp.0", merged, merged),
    ...linear("visual.merger.mlp.2", hidden, merged),
    ["model.embed_tokens.weight", [shape.vocab_size, hidden], "random"],
    ...layers.flatMap((name) => [
      [`${name}.input_layernorm.weight`, [hidden], "ones"],
      ...linear(`${name}.self_attn.q_proj`, hidden, hidden),
      ...linear(`${name}.self_attn.k_proj`, keyWidth, hidden),
      ...linear(`${name}.self_attn.v_proj`, keyWidth, hidden),
      ...linear(`${name}.self_attn.o_proj`, hidden, hidden, false),
      [`${name}.post_attention_layernorm.weight`, [hidden], "ones"],
      ...linear(`${name}.mlp.gate_proj`, inner, hidden, false),
      ...linear(`${name}.mlp.up_proj`, inner, hidden, false),
      ...linear(`${name}.mlp.down_proj`, hidden, inner, false),
    ]),
    ["model.norm.weight", [hidden], "ones"],
  ];
}

export function parameterCount(shape) {
  return tensorsOf(shape).reduce((sum, [, sizes]) => sum + sizes.reduce((a, b) => a * b, 1), 0);
}
