import { embedding, recompute, rmsNorm, type OutputHead } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { TextConfig } from "../config/qwen2-vl-config.js";
import { ropeTables } from "../positions/rope-tables.js";
import type { Attend, DecoderLayer, RotaryTables } from "./decoder-layer.js";
import type { Linear } from "./linear.js";
import type { Parameter } from "./parameter.js";

export interface LanguageModelModules {
  /** `[vocab, hidden]`. */
  readonly embedTokens: Parameter;
  readonly layers: readonly DecoderLayer[];
  readonly norm: Parameter;
  /** `[hidden, vocab]`; null when the head is tied to the embedding. */
  readonly lmHead: Linear | null;
}

/** The decoder over packed rows: rows of any number of sequences, one after the other, without padding. */
export class LanguageModel {
  private tiedHead: Tensor2D | null = null;

  constructor(
    readonly modules: LanguageModelModules,
    readonly config: TextConfig,
  ) {}

  /**
   * Embeddings of `ids` `[rows, hidden]`; the rows at `imageRows` are taken, in order, from `imageEmbeddings`
   * `[imageRows, hidden]`.
   */
  embed(ids: Int32Array, imageRows: readonly number[], imageEmbeddings: Tensor2D | null): Tensor2D {
    return tf.tidy(() => {
      const text = embedding(tf.tensor1d(ids, "int32"), this.modules.embedTokens.tensor as Tensor2D);
      if (imageEmbeddings === null) return text;
      // One gather over [text rows, image rows] puts every image row in its place.
      const source = Int32Array.from(ids, (_, row) => row);
      imageRows.forEach((row, index) => (source[row] = ids.length + index));
      return embedding(tf.tensor1d(source, "int32"), tf.concat([text, imageEmbeddings], 0));
    });
  }

  /** Embeddings of `ids` `[rows]`, int32, that are on the engine already: `[rows, hidden]`. */
  embedRows(ids: Tensor1D): Tensor2D {
    return embedding(ids, this.modules.embedTokens.tensor as Tensor2D);
  }

  /** Rotation tables of rows at `positions` (`[3 · rows]`, time then height then width). */
  rotaryTables(positions: Int32Array): RotaryTables {
    const { headDim, ropeTheta, mropeSection } = this.config;
    const { cos, sin } = ropeTables(positions, { headDim, theta: ropeTheta, section: mropeSection });
    const shape: [number, number] = [positions.length / 3, headDim];
    return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
  }

  /**
   * All layers and the final norm, `[rows, hidden]` to the same. `attend` gives each layer its attention. With
   * `recomputed` a layer's activations are not kept for the gradient but computed again.
   */
  forward(
    x: Tensor2D,
    tables: RotaryTables,
    attend: (layer: number) => Attend,
    recomputed = false,
  ): Tensor2D {
    return tf.tidy(() => {
      let hidden = x;
      for (const [index, layer] of this.modules.layers.entries()) {
        const run = (input: Tensor, cos: Tensor, sin: Tensor): Tensor2D =>
          layer.forward(input as Tensor2D, { cos: cos as Tensor2D, sin: sin as Tensor2D }, attend(index));
        hidden = recomputed
          ? (recompute((input, cos, sin) => run(input, cos, sin), [hidden], layer.variables(), [
              tables.cos,
              tables.sin,
            ]) as Tensor2D)
          : run(hidden, tables.cos, tables.sin);
      }
      return rmsNorm(hidden, this.modules.norm.tensor as Tensor1D, this.config.rmsNormEpsilon);
    });
  }

  /** Weights that turn final hidden rows into logits. */
  head(): OutputHead {
    const { lmHead, embedTokens } = this.modules;
    if (lmHead !== null) {
      const trainable = lmHead.variables().length > 0;
      return { weight: lmHead.weight, ...(trainable ? {} : optionalTranspose(lmHead)), trainable };
    }
    const table = embedTokens.tensor as Tensor2D;
    if (embedTokens.trainable) {
      return { weight: tf.transpose(table), weightTransposed: table, trainable: true };
    }
    this.tiedHead ??= tf.keep(tf.tidy(() => tf.transpose(table)));
    return { weight: this.tiedHead, weightTransposed: table };
  }

  dispose(): void {
    this.tiedHead?.dispose();
    this.tiedHead = null;
  }
}

function optionalTranspose(layer: Linear): { weightTransposed?: Tensor2D } {
  const weightTransposed = layer.weightTransposed;
  return weightTransposed === null ? {} : { weightTransposed };
}
