import { gelu, groupAttention, layerNorm, linear, quickGelu, rotary, type GroupLayout } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import type { VisionConfig } from "../config/qwen2-vl-config.js";
import type { Grid } from "../positions/rope-positions.js";
import { visionRopeTables } from "../positions/vision-rope.js";
import type { Linear } from "./linear.js";
import type { Parameter } from "./parameter.js";

const LAYER_NORM_EPSILON = 1e-6;
const VISION_ROPE_THETA = 10_000;

/** The preprocessed pixels of one image. */
export interface ImagePatches {
  /** Row-major `[patches, channels · temporal · patch²]`, in merge-window order. */
  readonly pixelValues: Float32Array;
  readonly grid: Grid;
}

export interface LayerNormModule {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

export interface VisionBlockModules {
  readonly norm1: LayerNormModule;
  readonly qkv: Linear;
  readonly proj: Linear;
  readonly norm2: LayerNormModule;
  readonly fc1: Linear;
  readonly fc2: Linear;
}

export interface VisionTowerModules {
  /** `[channels · temporal · patch², embedDim]`, no bias. */
  readonly patchEmbed: Parameter;
  readonly blocks: readonly VisionBlockModules[];
  readonly mergerNorm: LayerNormModule;
  readonly mergerFirst: Linear;
  readonly mergerSecond: Linear;
}

/** Images to language-model rows (`Qwen2VisionTransformerPretrainedModel`). */
export class VisionTower {
  constructor(
    private readonly modules: VisionTowerModules,
    private readonly config: VisionConfig,
  ) {}

  /** Rows that an image becomes in the language model. */
  mergedRows([frames, height, width]: Grid): number {
    return (frames * height * width) / this.config.spatialMergeSize ** 2;
  }

  /** All images in one pass: `[Σ mergedRows, hidden]`, image after image. Differentiable. */
  forward(images: readonly ImagePatches[]): Tensor2D {
    return tf.tidy(() => this.merge(this.blocks(images)));
  }

  /** The blocks' output before the merger, `[Σ patches, embedDim]`. */
  blocks(images: readonly ImagePatches[]): Tensor2D {
    return tf.tidy(() => {
      const { embedDim, heads } = this.config;
      const headDim = embedDim / heads;
      const tables = images.map(({ grid }) =>
        visionRopeTables(grid, { headDim, merge: this.config.spatialMergeSize, theta: VISION_ROPE_THETA }),
      );
      const rows = images.reduce((sum, { grid }) => sum + grid[0] * grid[1] * grid[2], 0);
      const cos = tf.tensor2d(concatenate(tables.map((table) => table.cos)), [rows, headDim]);
      const sin = tf.tensor2d(concatenate(tables.map((table) => table.sin)), [rows, headDim]);
      // Attention stays inside one frame of one image.
      const layout: GroupLayout = {
        groups: images.flatMap(({ grid: [frames, height, width] }) =>
          Array.from({ length: frames }, () => ({ prefix: height * width, branches: [] })),
        ),
      };
      const features = this.modules.patchEmbed.tensor.shape[0];
      const pixels = tf.tensor2d(concatenate(images.map((image) => image.pixelValues)), [rows, features]);
      let x = linear(pixels, this.modules.patchEmbed.tensor as Tensor2D, null, {
        trainable: this.modules.patchEmbed.trainable,
      });
      for (const block of this.modules.blocks) x = this.block(x, block, cos, sin, layout);
      return x;
    });
  }

  private block(
    x: Tensor2D,
    modules: VisionBlockModules,
    cos: Tensor2D,
    sin: Tensor2D,
    layout: GroupLayout,
  ): Tensor2D {
    return tf.tidy(() => {
      const rows = x.shape[0];
      const { embedDim, heads } = this.config;
      const headDim = embedDim / heads;
      const qkv = modules.qkv.forward(norm(x, modules.norm1));
      const part = (index: number): Tensor3D =>
        tf.reshape(tf.slice(qkv, [0, index * embedDim], [rows, embedDim]), [rows, heads, headDim]);
      const attended = groupAttention(rotary(part(0), cos, sin), rotary(part(1), cos, sin), part(2), layout, {
        causal: false,
      });
      const residual: Tensor2D = tf.add(x, modules.proj.forward(tf.reshape(attended, [rows, embedDim])));
      const hidden = modules.fc1.forward(norm(residual, modules.norm2));
      const activated = this.config.activation === "quick_gelu" ? quickGelu(hidden) : gelu(hidden);
      return tf.add(residual, modules.fc2.forward(activated));
    });
  }

  /** Four neighbouring patches to one row. */
  private merge(x: Tensor2D): Tensor2D {
    const window = this.config.spatialMergeSize ** 2;
    const normed = norm(x, this.modules.mergerNorm);
    const grouped: Tensor2D = tf.reshape(normed, [x.shape[0] / window, window * this.config.embedDim]);
    // The merger's activation is the exact GELU whatever the blocks use.
    const activated: Tensor2D = gelu(this.modules.mergerFirst.forward(grouped));
    return this.modules.mergerSecond.forward(activated);
  }

  linears(): readonly Linear[] {
    const { blocks, mergerFirst, mergerSecond } = this.modules;
    return [...blocks.flatMap(({ qkv, proj, fc1, fc2 }) => [qkv, proj, fc1, fc2]), mergerFirst, mergerSecond];
  }
}

function norm(x: Tensor2D, { weight, bias }: LayerNormModule): Tensor2D {
  return layerNorm(x, weight.tensor as Tensor1D, bias.tensor as Tensor1D, LAYER_NORM_EPSILON);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
