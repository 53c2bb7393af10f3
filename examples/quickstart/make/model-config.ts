import { imageSize } from "./scene.js";
import { addedTokenId, vocabularySize } from "./tokenizer.js";

/** The tiny Qwen2-VL, in the flat layout of the released checkpoints: 320,128 parameters. */
export const modelConfig = {
  architectures: ["Qwen2VLForConditionalGeneration"],
  model_type: "qwen2_vl",
  attention_dropout: 0,
  bos_token_id: addedTokenId("<|endoftext|>"),
  eos_token_id: addedTokenId("<|im_end|>"),
  pad_token_id: addedTokenId("<|endoftext|>"),
  vision_start_token_id: addedTokenId("<|vision_start|>"),
  vision_end_token_id: addedTokenId("<|vision_end|>"),
  vision_token_id: addedTokenId("<|vision_pad|>"),
  image_token_id: addedTokenId("<|image_pad|>"),
  video_token_id: addedTokenId("<|video_pad|>"),
  hidden_act: "silu",
  hidden_size: 64,
  initializer_range: 0.02,
  intermediate_size: 192,
  max_position_embeddings: 512,
  max_window_layers: 3,
  num_attention_heads: 4,
  num_hidden_layers: 3,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  rope_scaling: { type: "mrope", mrope_section: [2, 3, 3] },
  sliding_window: 512,
  tie_word_embeddings: true,
  torch_dtype: "float32",
  use_cache: true,
  use_sliding_window: false,
  vocab_size: vocabularySize,
  vision_config: {
    depth: 2,
    embed_dim: 48,
    hidden_size: 64,
    in_chans: 3,
    mlp_ratio: 2,
    num_heads: 4,
    patch_size: 14,
    spatial_merge_size: 2,
    spatial_patch_size: 14,
    temporal_patch_size: 2,
  },
} as const;

/** Decoding is greedy unless asked otherwise. */
export const generationConfig = {
  bos_token_id: addedTokenId("<|endoftext|>"),
  pad_token_id: addedTokenId("<|endoftext|>"),
  eos_token_id: [addedTokenId("<|im_end|>"), addedTokenId("<|endoftext|>")],
  do_sample: false,
} as const;

/** Every image is brought to 56×56 pixels; mean and deviation are those of the released models. */
export const preprocessorConfig = {
  min_pixels: imageSize * imageSize,
  max_pixels: imageSize * imageSize,
  patch_size: 14,
  temporal_patch_size: 2,
  merge_size: 2,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  image_processor_type: "Qwen2VLImageProcessor",
  processor_class: "Qwen2VLProcessor",
} as const;
