import { z } from "zod";

const size = z.int().positive();
const tokenId = z.int().nonnegative();
/** One id or several; upstream writes null for none. */
const tokenIdList = z.union([tokenId, z.array(tokenId)]).nullish();

/** `rope_parameters` (5.x) or `rope_scaling` (4.x). */
const ropeSchema = z.looseObject({
  rope_theta: z.number().positive().optional(),
  type: z.string().optional(),
  rope_type: z.string().optional(),
  mrope_section: z.array(z.int().nonnegative()).length(3).optional(),
});

/** The language model's fields, at the top level (flat layout) or under `text_config` (nested layout). */
export const textSchema = z.looseObject({
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  vocab_size: size,
  rms_norm_eps: z.number().positive(),
  max_position_embeddings: size,
  hidden_act: z.string().default("silu"),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  layer_types: z.array(z.string()).nullish(),
  use_sliding_window: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
});

export const visionSchema = z.looseObject({
  depth: size,
  embed_dim: size,
  num_heads: size,
  mlp_ratio: z.number().positive(),
  hidden_size: size,
  patch_size: size,
  spatial_merge_size: size,
  temporal_patch_size: size,
  in_channels: size.optional(),
  in_chans: size.optional(),
  hidden_act: z.string().default("quick_gelu"),
  // Written by 5.x only; the tower knows no other theta.
  rope_parameters: z.looseObject({ rope_theta: z.literal(10_000).optional() }).nullish(),
});

/** What both layouts have at the top level. */
export const rootSchema = z.looseObject({
  model_type: z.string(),
  tie_word_embeddings: z.boolean().nullish(),
  text_config: z.looseObject({ tie_word_embeddings: z.boolean().nullish() }).nullish(),
  vision_config: z.looseObject({}),
});

/** Ids of special tokens, at the top level or in `text_config`. */
export const tokenIdsSchema = z.looseObject({
  image_token_id: tokenId.nullish(),
  video_token_id: tokenId.nullish(),
  vision_start_token_id: tokenId.nullish(),
  vision_end_token_id: tokenId.nullish(),
  bos_token_id: tokenId.nullish(),
  pad_token_id: tokenId.nullish(),
  eos_token_id: tokenIdList,
});

export const generationSchema = z.looseObject({
  bos_token_id: tokenId.nullish(),
  pad_token_id: tokenId.nullish(),
  eos_token_id: tokenIdList,
  do_sample: z.boolean().nullish(),
  temperature: z.number().nonnegative().nullish(),
  top_k: z.int().nonnegative().nullish(),
  top_p: z.number().nonnegative().nullish(),
  repetition_penalty: z.number().positive().nullish(),
});
