import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";

let created = 0;

/** One weight of the model: a frozen tensor, or a variable when it trains. Owns its memory. */
export class Parameter {
  private value: Tensor;

  constructor(
    /** Canonical name in the checkpoint. */
    readonly name: string,
    value: Tensor,
    readonly trainable: boolean,
    /** True when `value` is the transpose of what the file holds. */
    readonly isTransposed: boolean,
  ) {
    // TensorFlow.js wants variable names unique in the process; the checkpoint's name is not (two models at once).
    this.value = trainable ? tf.variable(value, true, `qwen2-vl/${String(created++)}/${name}`) : tf.keep(value);
    if (trainable) value.dispose();
  }

  get tensor(): Tensor {
    return this.value;
  }

  variables(): readonly Variable[] {
    return this.trainable ? [this.value as Variable] : [];
  }

  /** Takes ownership of `value`. */
  replace(value: Tensor): void {
    if (this.trainable) {
      (this.value as Variable).assign(value);
      value.dispose();
    } else {
      this.value.dispose();
      this.value = tf.keep(value);
    }
  }

  dispose(): void {
    this.value.dispose();
  }
}
