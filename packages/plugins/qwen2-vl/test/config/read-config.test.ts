import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { readQwen2VLConfig } from "../../src/config/read-config.js";
import { readGenerationConfig } from "../../src/config/read-generation-config.js";
import { fixture, rejection, withFolder } from "../fixtures/support.js";

/** The flat layout of the released 2B checkpoint. */
const official = {
  architectures: ["Qwen2VLForConditionalGeneration"],
  model_type: "qwen2_vl",
  hidden_size: 1536,
  intermediate_size: 8960,
  num_hidden_layers: 28,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  vocab_size: 151936,
  hidden_act: "silu",
  rms_norm_eps: 1e-6,
  rope_theta: 1000000,
  rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
  max_position_embeddings: 32768,
  use_sliding_window: false,
  sliding_window: 32768,
  max_window_layers: 28,
  tie_word_embeddings: true,
  bos_token_id: 151643,
  eos_token_id: 151645,
  vision_start_token_id: 151652,
  vision_end_token_id: 151653,
  vision_token_id: 151654,
  image_token_id: 151655,
  video_token_id: 151656,
  torch_dtype: "bfloat16",
  vision_config: {
    depth: 32,
    embed_dim: 1280,
    hidden_size: 1536,
    num_heads: 16,
    mlp_ratio: 4,
    in_chans: 3,
    patch_size: 14,
    spatial_patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
  },
};

const generation = {
  bos_token_id: 151643,
  pad_token_id: 151643,
  eos_token_id: [151645, 151643],
  do_sample: true,
  top_k: 1,
};

const read = (config: unknown, others: Record<string, unknown> = { "generation_config.json": generation }) =>
  withFolder({ "config.json": config, ...others }, readQwen2VLConfig);
const failure = (config: unknown, others?: Record<string, unknown>) => rejection(read(config, others));

describe("readQwen2VLConfig", () => {
  it("reads the flat layout of the released checkpoints", async () => {
    const { raw, ...config } = await read(official);
    expect(raw).to.deep.equal(official);
    expect(config).to.deep.equal({
      text: {
        hiddenSize: 1536,
        intermediateSize: 8960,
        layers: 28,
        heads: 12,
        kvHeads: 2,
        headDim: 128,
        vocabSize: 151936,
        rmsNormEpsilon: 1e-6,
        ropeTheta: 1e6,
        mropeSection: [16, 24, 24],
        maxPositions: 32768,
        tieWordEmbeddings: true,
      },
      vision: {
        depth: 32,
        embedDim: 1280,
        heads: 16,
        mlpRatio: 4,
        inChannels: 3,
        patchSize: 14,
        spatialMergeSize: 2,
        temporalPatchSize: 2,
        outputSize: 1536,
        activation: "quick_gelu",
      },
      tokenIds: {
        image: 151655,
        video: 151656,
        visionStart: 151652,
        visionEnd: 151653,
        bos: 151643,
        eos: [151645, 151643],
        pad: 151643,
      },
    });
  });

  it("reads the nested layout as transformers 5.18 saves it", async () => {
    const { text, vision, tokenIds } = await readQwen2VLConfig(fixture("saved"));
    expect(text).to.include({
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      kvHeads: 2,
      headDim: 16,
      vocabSize: 2048,
    });
    expect(text).to.include({ ropeTheta: 500000, tieWordEmbeddings: true, maxPositions: 4096 });
    expect(text.mropeSection).to.deep.equal([2, 3, 3]);
    expect(vision).to.include({ embedDim: 32, inChannels: 3, outputSize: 64, activation: "quick_gelu" });
    expect(tokenIds).to.deep.include({ image: 2012, bos: 2000, eos: [2002, 2000], pad: 2000 });
  });

  it("takes the tie flag from either level of the nested layout", async () => {
    const { vision_config, model_type, ...fields } = official;
    const text = { ...fields, tie_word_embeddings: false };
    const nested = { model_type, vision_config, image_token_id: 5, text_config: text };
    expect((await read(nested)).text.tieWordEmbeddings).to.equal(false);
    expect((await read({ ...nested, tie_word_embeddings: true })).text.tieWordEmbeddings).to.equal(true);
    const older = { ...nested, text_config: { ...text, tie_word_embeddings: true } };
    expect((await read(older)).text.tieWordEmbeddings).to.equal(true);
  });

  it("accepts the rope type default, both spellings of input channels and a missing theta", async () => {
    const rest = { ...official, rope_theta: undefined };
    const vision = { ...official.vision_config, in_chans: undefined };
    const config = await read({
      ...rest,
      rope_scaling: { type: "default", rope_type: "default", mrope_section: [16, 24, 24] },
      vision_config: { ...vision, in_channels: 1 },
    });
    expect(config.text.ropeTheta).to.equal(1e6);
    expect(config.vision.inChannels).to.equal(1);
  });

  it("joins the end tokens of both files and manages with config.json's alone", async () => {
    const both = await read(official, {
      "generation_config.json": { eos_token_id: 151643, pad_token_id: 9 },
    });
    expect(both.tokenIds.eos).to.deep.equal([151643, 151645]);
    const alone = await read({ ...official, pad_token_id: 7 }, {});
    expect(alone.tokenIds).to.deep.include({ eos: [151645], pad: 7, bos: 151643 });
  });

  it("looks missing ids up in the tokenizer by their text", async () => {
    const rest = { ...official, image_token_id: undefined, eos_token_id: undefined };
    const tokenizer = {
      "tokenizer_config.json": {
        added_tokens_decoder: {
          "11": { content: "<|image_pad|>", special: true },
          "12": { content: "<|im_end|>", special: true },
          "13": { content: "<|endoftext|>", special: true },
        },
      },
    };
    const { tokenIds } = await read(rest, tokenizer);
    expect(tokenIds).to.deep.include({ image: 11, eos: [12, 13], pad: 13 });
    const error = await failure(rest, {});
    expect(error.code).to.equal("TOKEN_UNKNOWN");
  });

  for (const field of [
    "hidden_size",
    "rms_norm_eps",
    "num_key_value_heads",
    "vocab_size",
    "max_position_embeddings",
  ]) {
    it(`demands ${field} and never takes upstream's default`, async () => {
      const error = await failure({ ...official, [field]: undefined });
      expect(error.code).to.equal("CHECKPOINT_CONFIG_INVALID");
      expect(error.message)
        .to.match(/config\.json/)
        .and.include(field);
    });
  }

  it("names a missing field of the vision and the nested text part by its path", async () => {
    const vision = await failure({
      ...official,
      vision_config: { ...official.vision_config, depth: undefined },
    });
    expect(vision.message).to.include("vision_config.depth");
    const nested = await failure({ ...official, text_config: { ...official, hidden_size: "64" } });
    expect(nested.message).to.include("text_config.hidden_size");
  });

  const refusals: Record<string, [unknown, string]> = {
    "another architecture": [{ ...official, model_type: "qwen2_5_vl" }, "qwen2_5_vl"],
    "yarn rope": [{ ...official, rope_scaling: { type: "yarn", mrope_section: [16, 24, 24] } }, "yarn"],
    "yarn under rope_parameters": [
      { ...official, rope_parameters: { rope_type: "yarn", type: "mrope", mrope_section: [16, 24, 24] } },
      "yarn",
    ],
    "sliding layers": [
      { ...official, layer_types: ["full_attention", "sliding_attention"] },
      "sliding_attention",
    ],
    "a sliding window in use": [{ ...official, use_sliding_window: true }, "sliding"],
    "another activation": [{ ...official, hidden_act: "relu" }, "relu"],
    "another vision activation": [
      { ...official, vision_config: { ...official.vision_config, hidden_act: "silu" } },
      "silu",
    ],
  };
  for (const [name, [config, found]] of Object.entries(refusals)) {
    it(`refuses ${name}, saying what it is and what is supported`, async () => {
      const error = await failure(config);
      expect(error.code).to.equal("ARCHITECTURE_UNKNOWN");
      expect(error.message).to.include(found).and.include("supported here:");
    });
  }

  const contradictions: Record<string, [object, string]> = {
    "a section that does not fill half a head": [
      { rope_scaling: { type: "mrope", mrope_section: [16, 24, 23] } },
      "mrope_section",
    ],
    "heads that do not divide the width": [{ num_attention_heads: 11 }, "num_attention_heads"],
    "key-value heads that do not divide the heads": [{ num_key_value_heads: 5 }, "num_key_value_heads"],
    "a vision output of another width": [{ hidden_size: 3072 }, "vision_config.hidden_size"],
    "token ids beyond the embedding": [{ vocab_size: 100000 }, "vocab_size"],
    "another vision theta": [
      { vision_config: { ...official.vision_config, rope_parameters: { rope_theta: 5 } } },
      "rope_parameters.rope_theta",
    ],
  };
  for (const [name, [change, field]] of Object.entries(contradictions)) {
    it(`refuses ${name}`, async () => {
      const section =
        field === "vision_config.hidden_size" ? { rope_scaling: { mrope_section: [32, 48, 48] } } : {};
      const error = await failure({ ...official, ...section, ...change });
      expect(error.code).to.equal("CHECKPOINT_CONFIG_INVALID");
      expect(error.message).to.include(field);
    });
  }

  it("names a truncated, a wrongly shaped and a missing file", async () => {
    const truncated = await failure(JSON.stringify(official).slice(0, 200));
    expect(truncated.code).to.equal("CHECKPOINT_CONFIG_INVALID");
    expect(truncated.message).to.match(/config\.json: not valid JSON/);
    expect((await failure("[]")).code).to.equal("CHECKPOINT_CONFIG_INVALID");
    const missing = await rejection(withFolder({}, readQwen2VLConfig));
    expect(missing.code).to.equal("CHECKPOINT_FILE_MISSING");
    // A file in place of the folder.
    const unreadable = await rejection(readQwen2VLConfig(fileURLToPath(import.meta.url)));
    expect(unreadable.code).to.equal("CHECKPOINT_FILE_UNREADABLE");
    const broken = await failure(official, { "generation_config.json": '{"eos_token_id": "x"}' });
    expect(broken.message).to.include("generation_config.json").and.include("eos_token_id");
  });
});

describe("readGenerationConfig", () => {
  it("reads what the file has and leaves the rest absent", async () => {
    const saved = await readGenerationConfig(fixture("saved"));
    expect(saved).to.deep.equal({
      bos: 2000,
      pad: 2000,
      eos: [2002, 2000],
      doSample: true,
      temperature: 0.01,
      topK: 1,
      topP: 0.001,
    });
    expect(await withFolder({}, readGenerationConfig)).to.deep.equal({ eos: [] });
  });
});
