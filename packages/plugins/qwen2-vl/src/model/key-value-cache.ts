import { matMul } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { gatherItems } from "./gather-items.js";

const MASKED = -1e9;

/** Rotated keys and values of a prefill, `[rows, kvHeads, headDim]`, prompt after prompt. */
export interface PrefillKeysValues {
  readonly keys: Tensor3D;
  readonly values: Tensor3D;
}

/**
 * Keys and values of one layer while decoding `prompts × slots` rows. Each prompt's part exists once and serves all
 * of its rows; every row has a part of its own that grows by one position a step.
 */
export class LayerCache {
  /** `[prompts · kvHeads, headDim, promptTokens]`, ready for the plain product with queries. */
  private promptKeys: Tensor3D;
  /** `[prompts · kvHeads, promptTokens, headDim]` */
  private promptValues: Tensor3D;
  /** `[rows · kvHeads, headDim, steps]` */
  private ownKeys: Tensor3D | null = null;
  /** `[rows · kvHeads, steps, headDim]` */
  private ownValues: Tensor3D | null = null;

  private readonly kvHeads: number;

  /** `rowIndex` `[prompts · longest]` gives the prefill row of each padded prompt position. */
  constructor(prefill: PrefillKeysValues, rowIndex: Int32Array, prompts: number) {
    const [, kvHeads, headDim] = prefill.keys.shape;
    this.kvHeads = kvHeads;
    const longest = rowIndex.length / prompts;
    const [keys, values] = tf.tidy(() => {
      const padded = (packed: Tensor3D): Tensor4D =>
        tf.reshape(gatherItems(packed, rowIndex), [prompts, longest, kvHeads, headDim]);
      return [
        tf.reshape(tf.transpose(padded(prefill.keys), [0, 2, 3, 1]), [prompts * kvHeads, headDim, longest]),
        tf.reshape(tf.transpose(padded(prefill.values), [0, 2, 1, 3]), [prompts * kvHeads, longest, headDim]),
      ] as [Tensor3D, Tensor3D];
    });
    this.promptKeys = tf.keep(keys);
    this.promptValues = tf.keep(values);
  }

  /**
   * Appends this step's keys and values `[rows, kvHeads, headDim]` and attends with `queries`
   * `[rows, heads, headDim]`; `promptMask` `[prompts, 1, promptTokens]` is 0 or very negative.
   */
  attend(queries: Tensor3D, keys: Tensor3D, values: Tensor3D, promptMask: Tensor3D): Tensor3D {
    const [rows, heads, headDim] = queries.shape;
    const { kvHeads } = this;
    this.append(keys, values);
    return tf.tidy(() => {
      const prompts = promptMask.shape[0];
      const longest = promptMask.shape[2];
      const slots = rows / prompts;
      const repeats = heads / kvHeads;
      const ownKeys = this.ownKeys!;
      const ownValues = this.ownValues!;
      const steps = ownKeys.shape[2];
      const scaled = tf.mul(queries, headDim ** -0.5);
      // [rows · kvHeads, repeats, headDim]: queries against the row's own keys.
      const byRow: Tensor3D = tf.reshape(scaled, [rows * kvHeads, repeats, headDim]);
      const ownScores: Tensor3D = matMul(byRow, ownKeys);
      // [prompts · kvHeads, slots · repeats, headDim]: all rows of a prompt against its one set of keys.
      const regroup = (tensor: Tensor, width: number): Tensor3D =>
        tf.reshape(
          tf.transpose(tf.reshape(tensor, [prompts, slots, kvHeads, repeats * width]), [0, 2, 1, 3]),
          [prompts * kvHeads, slots * repeats, width],
        );
      const ungroup = (tensor: Tensor, width: number): Tensor3D =>
        tf.reshape(
          tf.transpose(tf.reshape(tensor, [prompts, kvHeads, slots, repeats * width]), [0, 2, 1, 3]),
          [rows * kvHeads, repeats, width],
        );
      const promptScores = matMul(regroup(scaled, headDim), this.promptKeys);
      const masked = tf.add(
        tf.reshape(promptScores, [prompts, kvHeads * slots * repeats, longest]),
        promptMask,
      );
      const scores = tf.concat(
        [ungroup(tf.reshape(masked, [prompts * kvHeads, slots * repeats, longest]), longest), ownScores],
        2,
      );
      const weights = tf.softmax(scores);
      const promptWeights = tf.slice(weights, [0, 0, 0], [-1, -1, longest]);
      const ownWeights: Tensor3D = tf.slice(weights, [0, 0, longest], [-1, -1, steps]);
      const fromPrompt = ungroup(matMul(regroup(promptWeights, longest), this.promptValues), headDim);
      const fromOwn = matMul(ownWeights, ownValues);
      return tf.reshape(tf.add(fromPrompt, fromOwn), [rows, heads, headDim]);
    });
  }

  private append(keys: Tensor3D, values: Tensor3D): void {
    const [rows, kvHeads, headDim] = keys.shape;
    const [nextKeys, nextValues] = tf.tidy((): [Tensor3D, Tensor3D] => {
      const newKeys: Tensor3D = tf.reshape(keys, [rows * kvHeads, headDim, 1]);
      const newValues: Tensor3D = tf.reshape(values, [rows * kvHeads, 1, headDim]);
      return this.ownKeys === null
        ? [newKeys, newValues]
        : [tf.concat([this.ownKeys, newKeys], 2), tf.concat([this.ownValues!, newValues], 1)];
    });
    this.ownKeys?.dispose();
    this.ownValues?.dispose();
    this.ownKeys = tf.keep(nextKeys);
    this.ownValues = tf.keep(nextValues);
  }

  /** Keeps only the given prompts and rows, in the given order. */
  select(prompts: readonly number[], rows: readonly number[]): void {
    const { kvHeads } = this;
    const expand = (indices: readonly number[]): Int32Array =>
      Int32Array.from(
        indices.flatMap((index) => Array.from({ length: kvHeads }, (_, head) => index * kvHeads + head)),
      );
    const replace = (tensor: Tensor3D, indices: Int32Array): Tensor3D => {
      const selected = gatherItems(tensor, indices);
      tensor.dispose();
      return tf.keep(selected);
    };
    this.promptKeys = replace(this.promptKeys, expand(prompts));
    this.promptValues = replace(this.promptValues, expand(prompts));
    if (this.ownKeys === null) return;
    this.ownKeys = replace(this.ownKeys, expand(rows));
    this.ownValues = replace(this.ownValues!, expand(rows));
  }

  dispose(): void {
    for (const tensor of [this.promptKeys, this.promptValues, this.ownKeys, this.ownValues])
      tensor?.dispose();
  }
}

/** Additive mask `[prompts, 1, longest]` over the padded prompt positions. */
export function promptMask(lengths: readonly number[]): Tensor3D {
  const longest = Math.max(...lengths);
  const mask = new Float32Array(lengths.length * longest);
  lengths.forEach((length, prompt) => mask.fill(MASKED, prompt * longest + length, (prompt + 1) * longest));
  return tf.tensor3d(mask, [lengths.length, 1, longest]);
}

/** Prefill row of each padded prompt position, `[prompts · longest]`; padding repeats the prompt's first row. */
export function paddedRows(lengths: readonly number[]): Int32Array {
  const longest = Math.max(...lengths);
  const rows = new Int32Array(lengths.length * longest);
  let start = 0;
  lengths.forEach((length, prompt) => {
    for (let offset = 0; offset < longest; offset++)
      rows[prompt * longest + offset] = start + (offset < length ? offset : 0);
    start += length;
  });
  return rows;
}
