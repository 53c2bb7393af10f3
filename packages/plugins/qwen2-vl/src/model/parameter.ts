import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";

let created = 0;

/** One weight of the model: a frozen tensor, or a variable when it trains. Owns its memory. */
export class Parameter {
  private value: Tensor;
  private readonly variable: Variable | null;

  constructor(
    /** Canonical name in the checkpoint. */
    readonly name: string,
    value: Tensor,
    readonly trainable: boolean,
    /** True when `value` is the transpose of what the file holds. */
    readonly isTransposed: boolean,
  ) {
    // TensorFlow.js wants variable names unique in the process; the checkpoint's name is not (two models at once).
    this.variable = trainable ? tf.variable(value, true, `qwen2-vl/${created++}/${name}`) : null;
    this.value = this.variable ?? tf.keep(value);
    if (trainable) value.dispose();
  }

  get tensor(): Tensor {
    return this.value;
  }

  variables(): readonly Variable[] {
    return this.variable === null ? [] : [this.variable];
  }

  /** Takes ownership of `value`. */
  replace(value: Tensor): void {
    if (this.variable !== null) {
      this.variable.assign(value);
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
