import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { checkConsistency } from "./check-consistency.js";
import { rootSchema, textSchema, visionSchema } from "./config-schema.js";
import type { Qwen2VLConfig, TextConfig, VisionConfig } from "./qwen2-vl-config.js";
import { checkJson, readJson } from "./read-json.js";
import { readTokenIds } from "./read-token-ids.js";

/** Upstream's default when a file names none. */
const DEFAULT_ROPE_THETA = 1_000_000;

/**
 * Reads config.json of a Qwen2-VL checkpoint in the flat (official) or nested (transformers 4.52 and later) layout,
 * with the end tokens of generation_config.json. Dimensions are never defaulted: upstream's class defaults are not
 * those of any released model.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_CONFIG_INVALID` with file and field,
 * `ARCHITECTURE_UNKNOWN`, `TOKEN_UNKNOWN`
 */
export async function readQwen2VLConfig(directory: string): Promise<Qwen2VLConfig> {
  const file = join(directory, "config.json");
  const raw = await readJson(file, z.unknown());
  // The model type first: another architecture should be told so, and not which of our fields it lacks.
  const { model_type: modelType } = checkJson(file, z.looseObject({ model_type: z.string() }), raw);
  if (modelType !== "qwen2_vl") refuse(file, `a model of type "${modelType}"`, ["qwen2_vl"]);
  const root = checkJson(file, rootSchema, raw);
  const nested = root.text_config !== null && root.text_config !== undefined;
  const text = nested
    ? checkJson(file, z.looseObject({ text_config: textSchema }), raw).text_config
    : checkJson(file, textSchema, raw);
  const { vision_config: vision } = checkJson(file, z.looseObject({ vision_config: visionSchema }), raw);

  const config: Qwen2VLConfig = {
    text: readText(file, text, root.tie_word_embeddings === true || text.tie_word_embeddings === true),
    vision: readVision(file, vision),
    tokenIds: await readTokenIds(directory, raw),
    raw,
  };
  checkConsistency(file, config);
  return config;
}

function readText(file: string, stored: z.output<typeof textSchema>, tieWordEmbeddings: boolean): TextConfig {
  const rope = stored.rope_parameters ?? stored.rope_scaling ?? {};
  for (const type of [rope.type, rope.rope_type]) {
    if (type !== undefined && type !== "mrope" && type !== "default") {
      refuse(file, `rope of type "${type}"`, ["mrope", "default"]);
    }
  }
  if (rope.mrope_section === undefined) {
    throw rarlError("CHECKPOINT_CONFIG_INVALID", {
      file,
      field: stored.rope_parameters ? "rope_parameters.mrope_section" : "rope_scaling.mrope_section",
      problem: "is missing",
    });
  }
  const attention = stored.layer_types?.find((type) => type !== "full_attention");
  if (attention !== undefined) refuse(file, `layers of type "${attention}"`, ["full_attention"]);
  if (stored.use_sliding_window === true) refuse(file, "sliding-window attention", ["full_attention"]);
  if (stored.hidden_act !== "silu") refuse(file, `the activation "${stored.hidden_act}"`, ["silu"]);
  return {
    hiddenSize: stored.hidden_size,
    intermediateSize: stored.intermediate_size,
    layers: stored.num_hidden_layers,
    heads: stored.num_attention_heads,
    kvHeads: stored.num_key_value_heads,
    headDim: stored.hidden_size / stored.num_attention_heads,
    vocabSize: stored.vocab_size,
    rmsNormEpsilon: stored.rms_norm_eps,
    ropeTheta: stored.rope_parameters?.rope_theta ?? stored.rope_theta ?? DEFAULT_ROPE_THETA,
    mropeSection: rope.mrope_section,
    maxPositions: stored.max_position_embeddings,
    tieWordEmbeddings,
  };
}

function readVision(file: string, stored: z.output<typeof visionSchema>): VisionConfig {
  const activation = stored.hidden_act;
  if (activation !== "quick_gelu" && activation !== "gelu") {
    return refuse(file, `the vision activation "${activation}"`, ["quick_gelu", "gelu"]);
  }
  return {
    depth: stored.depth,
    embedDim: stored.embed_dim,
    heads: stored.num_heads,
    mlpRatio: stored.mlp_ratio,
    // Released files spell it in_chans, upstream's code in_channels, and 5.x writes both.
    inChannels: stored.in_channels ?? stored.in_chans ?? 3,
    patchSize: stored.patch_size,
    spatialMergeSize: stored.spatial_merge_size,
    temporalPatchSize: stored.temporal_patch_size,
    outputSize: stored.hidden_size,
    activation,
  };
}

function refuse(file: string, found: string, supported: readonly string[]): never {
  throw rarlError("ARCHITECTURE_UNKNOWN", { file, found, supported });
}
