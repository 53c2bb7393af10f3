import { rarlError } from "@rarl-sdk/core";
import type { Qwen2VLConfig } from "../config/qwen2-vl-config.js";
import { DecoderLayer } from "./decoder-layer.js";
import { LanguageModel } from "./language-model.js";
import { Linear } from "./linear.js";
import { modulePath } from "./names.js";
import type { ParameterStore } from "./parameter-store.js";
import { VisionTower, type LayerNormModule, type VisionBlockModules } from "./vision-tower.js";

/** The modules of a checkpoint, read tensor by tensor. */
export interface Qwen2VLModules {
  readonly vision: VisionTower;
  readonly language: LanguageModel;
  /** Every linear layer, vision first. */
  readonly linears: readonly Linear[];
}

/**
 * Reads every tensor the configuration asks for.
 * @throws RarlError `TENSOR_MISSING`, `TENSOR_SHAPE`
 */
export async function buildModel(
  config: Qwen2VLConfig,
  store: ParameterStore,
  signal?: AbortSignal,
): Promise<Qwen2VLModules> {
  const readLinear = async (
    name: string,
    inputs: number,
    outputs: number,
    hasBias: boolean,
  ): Promise<Linear> => {
    signal?.throwIfAborted();
    const weight = await store.read(`${name}.weight`, [[outputs, inputs]], [outputs, inputs]);
    const bias = hasBias ? await store.read(`${name}.bias`, [[outputs]]) : null;
    return new Linear(modulePath(name), weight, bias, !name.startsWith("visual."));
  };
  const vision = await readVision(config, store, readLinear);
  const language = await readLanguage(config, store, readLinear);
  return {
    vision,
    language,
    linears: [...vision.linears(), ...language.modules.layers.flatMap((layer) => layer.linears())],
  };
}

type ReadLinear = (name: string, inputs: number, outputs: number, hasBias: boolean) => Promise<Linear>;

async function readVision(
  { vision }: Qwen2VLConfig,
  store: ParameterStore,
  readLinear: ReadLinear,
): Promise<VisionTower> {
  const { embedDim, inChannels, temporalPatchSize, patchSize, spatialMergeSize, outputSize } = vision;
  const patchFeatures = inChannels * temporalPatchSize * patchSize ** 2;
  const intermediate = Math.round(embedDim * vision.mlpRatio);
  const readNorm = async (name: string): Promise<LayerNormModule> => ({
    weight: await store.read(`${name}.weight`, [[embedDim]]),
    bias: await store.read(`${name}.bias`, [[embedDim]]),
  });
  const patchEmbed = await store.read(
    "visual.patch_embed.proj.weight",
    // A convolution whose kernel is its stride, or the linear layer it is equal to.
    [
      [embedDim, inChannels, temporalPatchSize, patchSize, patchSize],
      [embedDim, patchFeatures],
    ],
    [embedDim, patchFeatures],
  );
  const blocks: VisionBlockModules[] = [];
  for (let index = 0; index < vision.depth; index++) {
    const name = `visual.blocks.${index}`;
    blocks.push({
      norm1: await readNorm(`${name}.norm1`),
      qkv: await readLinear(`${name}.attn.qkv`, embedDim, 3 * embedDim, true),
      proj: await readLinear(`${name}.attn.proj`, embedDim, embedDim, true),
      norm2: await readNorm(`${name}.norm2`),
      fc1: await readLinear(`${name}.mlp.fc1`, embedDim, intermediate, true),
      fc2: await readLinear(`${name}.mlp.fc2`, intermediate, embedDim, true),
    });
  }
  const window = embedDim * spatialMergeSize ** 2;
  return new VisionTower(
    {
      patchEmbed,
      blocks,
      mergerNorm: await readNorm("visual.merger.ln_q"),
      mergerFirst: await readLinear("visual.merger.mlp.0", window, window, true),
      mergerSecond: await readLinear("visual.merger.mlp.2", window, outputSize, true),
    },
    vision,
  );
}

async function readLanguage(
  { text }: Qwen2VLConfig,
  store: ParameterStore,
  readLinear: ReadLinear,
): Promise<LanguageModel> {
  const { hiddenSize, intermediateSize, heads, kvHeads, headDim, vocabSize } = text;
  const embedTokens = await store.read("model.embed_tokens.weight", [[vocabSize, hiddenSize]]);
  const layers: DecoderLayer[] = [];
  for (let index = 0; index < text.layers; index++) {
    const name = `model.layers.${index}`;
    const modules = {
      input_layernorm: await store.read(`${name}.input_layernorm.weight`, [[hiddenSize]]),
      q_proj: await readLinear(`${name}.self_attn.q_proj`, hiddenSize, heads * headDim, true),
      k_proj: await readLinear(`${name}.self_attn.k_proj`, hiddenSize, kvHeads * headDim, true),
      v_proj: await readLinear(`${name}.self_attn.v_proj`, hiddenSize, kvHeads * headDim, true),
      o_proj: await readLinear(`${name}.self_attn.o_proj`, heads * headDim, hiddenSize, false),
      post_attention_layernorm: await store.read(`${name}.post_attention_layernorm.weight`, [[hiddenSize]]),
      gate_proj: await readLinear(`${name}.mlp.gate_proj`, hiddenSize, intermediateSize, false),
      up_proj: await readLinear(`${name}.mlp.up_proj`, hiddenSize, intermediateSize, false),
      down_proj: await readLinear(`${name}.mlp.down_proj`, intermediateSize, hiddenSize, false),
    };
    layers.push(new DecoderLayer(modules, { heads, kvHeads, headDim, epsilon: text.rmsNormEpsilon }));
  }
  const norm = await store.read("model.norm.weight", [[hiddenSize]]);
  // A stored head wins over the tie flag, as in transformers.
  const lmHead = store.has("lm_head.weight")
    ? await readLinear("lm_head", hiddenSize, vocabSize, false)
    : null;
  if (lmHead === null && !text.tieWordEmbeddings) {
    throw rarlError("TENSOR_MISSING", { tensor: "lm_head.weight", file: store.directory });
  }
  return new LanguageModel({ embedTokens, layers, norm, lmHead }, text);
}
