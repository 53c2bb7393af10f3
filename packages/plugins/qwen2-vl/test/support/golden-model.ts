import { randomStream } from "@rarl-sdk/core";
import type { Checkpoint } from "@rarl-sdk/nn";
import type { Qwen2VLConfig } from "../../src/config/qwen2-vl-config.js";
import { buildModel, type Qwen2VLModules } from "../../src/model/build-model.js";
import { ParameterStore } from "../../src/model/parameter-store.js";
import type { Qwen2VLPrompt } from "../../src/model/prompt.js";
import { ropePositions, type Grid } from "../../src/positions/rope-positions.js";
import { useTestBackend } from "./test-backend.js";

/**
 * The self-contained model of the specification: weights by a formula from their names, and expected values computed
 * with transformers 5.18.0 in f32.
 */
export const goldenConfig: Qwen2VLConfig = {
  text: {
    hiddenSize: 64,
    intermediateSize: 96,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    vocabSize: 128,
    rmsNormEpsilon: 1e-6,
    ropeTheta: 1e6,
    mropeSection: [2, 3, 3],
    maxPositions: 512,
    tieWordEmbeddings: true,
  },
  vision: {
    depth: 2,
    embedDim: 32,
    heads: 2,
    mlpRatio: 4,
    inChannels: 3,
    patchSize: 14,
    spatialMergeSize: 2,
    temporalPatchSize: 2,
    outputSize: 64,
    activation: "quick_gelu",
  },
  tokenIds: { image: 123, video: 124, visionStart: 120, visionEnd: 121, bos: 110, eos: [], pad: 110 },
  raw: {},
};

const IMAGE = 123;
export const goldenIds = {
  A: [1, 2, 3, 120, ...new Array<number>(6).fill(IMAGE), 121, 4, 5, 120, IMAGE, 121, 6, 7, 8],
  B: [9, 10, 120, ...new Array<number>(4).fill(IMAGE), 121, 11, 12],
};
export const goldenGrids: readonly Grid[] = [
  [1, 4, 6],
  [1, 2, 2],
  [1, 4, 4],
];

/** Values of a tensor by the formula: FNV-1a of its name, mixed with the index. */
export function formulaValues(name: string, size: number, scale: number): Float32Array {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return Float32Array.from({ length: size }, (_, index) => {
    let x = (hash + index) >>> 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x85ebca6b);
    x ^= x >>> 13;
    x = Math.imul(x, 0xc2b2ae35);
    x ^= x >>> 16;
    return ((x >>> 0) / 2 ** 32 - 0.5) * 2 * scale;
  });
}

function tensorValues(name: string, size: number): Float32Array {
  const values = formulaValues(name, size, 0.2);
  const isNormWeight = /(layernorm|norm1|norm2|ln_q)\.weight$|^model\.norm\.weight$/.test(name);
  return isNormWeight ? values.map((value) => 1 + value) : values;
}

/** Canonical names and shapes of every tensor of the model. */
export function goldenShapes(): Map<string, number[]> {
  const shapes = new Map<string, number[]>([["visual.patch_embed.proj.weight", [32, 3, 2, 14, 14]]]);
  for (let block = 0; block < 2; block++) {
    const name = `visual.blocks.${block}`;
    for (const norm of ["norm1", "norm2"])
      shapes.set(`${name}.${norm}.weight`, [32]).set(`${name}.${norm}.bias`, [32]);
    shapes.set(`${name}.attn.qkv.weight`, [96, 32]).set(`${name}.attn.qkv.bias`, [96]);
    shapes.set(`${name}.attn.proj.weight`, [32, 32]).set(`${name}.attn.proj.bias`, [32]);
    shapes.set(`${name}.mlp.fc1.weight`, [128, 32]).set(`${name}.mlp.fc1.bias`, [128]);
    shapes.set(`${name}.mlp.fc2.weight`, [32, 128]).set(`${name}.mlp.fc2.bias`, [32]);
  }
  shapes.set("visual.merger.ln_q.weight", [32]).set("visual.merger.ln_q.bias", [32]);
  shapes.set("visual.merger.mlp.0.weight", [128, 128]).set("visual.merger.mlp.0.bias", [128]);
  shapes.set("visual.merger.mlp.2.weight", [64, 128]).set("visual.merger.mlp.2.bias", [64]);
  shapes.set("model.embed_tokens.weight", [128, 64]);
  for (let layer = 0; layer < 2; layer++) {
    const name = `model.layers.${layer}`;
    shapes.set(`${name}.input_layernorm.weight`, [64]).set(`${name}.post_attention_layernorm.weight`, [64]);
    shapes.set(`${name}.self_attn.q_proj.weight`, [64, 64]).set(`${name}.self_attn.q_proj.bias`, [64]);
    shapes.set(`${name}.self_attn.k_proj.weight`, [32, 64]).set(`${name}.self_attn.k_proj.bias`, [32]);
    shapes.set(`${name}.self_attn.v_proj.weight`, [32, 64]).set(`${name}.self_attn.v_proj.bias`, [32]);
    shapes.set(`${name}.self_attn.o_proj.weight`, [64, 64]);
    shapes.set(`${name}.mlp.gate_proj.weight`, [96, 64]).set(`${name}.mlp.up_proj.weight`, [96, 64]);
    shapes.set(`${name}.mlp.down_proj.weight`, [64, 96]);
  }
  return shapes.set("model.norm.weight", [64]);
}

/** The formula as a checkpoint. */
function formulaCheckpoint(): Checkpoint {
  const shapes = goldenShapes();
  const info = (name: string) => ({ dtype: "F32", shape: shapes.get(name)!, file: "formula" });
  return {
    names: [...shapes.keys()],
    has: (name) => shapes.has(name),
    info,
    expectShape: info,
    read: (name) =>
      Promise.resolve(
        tensorValues(
          name,
          shapes.get(name)!.reduce((a, b) => a * b),
        ),
      ),
    fingerprint: () => Promise.resolve("formula"),
    close: () => Promise.resolve(),
  };
}

export interface GoldenModel extends Qwen2VLModules {
  readonly store: ParameterStore;
  dispose(): void;
}

export async function goldenModel(scope: "none" | "language" | "all" = "none"): Promise<GoldenModel> {
  await useTestBackend();
  const store = new ParameterStore(formulaCheckpoint(), "formula", scope);
  const modules = await buildModel(goldenConfig, store);
  return {
    ...modules,
    store,
    dispose() {
      for (const layer of modules.linears) layer.dispose();
      modules.language.dispose();
      store.dispose();
    },
  };
}

/** The 44 rows of pixels, split over the three images. */
export function goldenImages(): Qwen2VLPrompt["images"] {
  const pixels = formulaValues("pixel_values", 44 * 1176, 1);
  let start = 0;
  return goldenGrids.map((grid, index) => {
    const rows = grid[0] * grid[1] * grid[2];
    const pixelValues = pixels.subarray(start * 1176, (start + rows) * 1176);
    start += rows;
    return { grid, pixelValues, contentHash: `golden-${index}` };
  });
}

export function goldenPrompt(tokenIds: readonly number[], images: Qwen2VLPrompt["images"]): Qwen2VLPrompt {
  const { positions, delta } = ropePositions(
    tokenIds,
    images.map(({ grid }) => grid),
    { imageId: IMAGE, videoId: 124, merge: 2 },
  );
  return {
    tokenIds,
    imageTokens: tokenIds.filter((id) => id === IMAGE).length,
    positions,
    nextPosition: tokenIds.length + delta,
    images,
  };
}

export function promptA(): Qwen2VLPrompt {
  return goldenPrompt(goldenIds.A, goldenImages().slice(0, 2));
}

export function promptB(): Qwen2VLPrompt {
  return goldenPrompt(goldenIds.B, goldenImages().slice(2));
}

export const testRandom = randomStream(7);
