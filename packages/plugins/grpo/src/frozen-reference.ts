import { join } from "node:path";
import type { NamedVariable } from "@rarl-sdk/core";
import { openSafetensors, writeSafetensors } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { ReferencePolicy } from "./reference-policy.js";

const fileName = "reference.safetensors";

/** A reference policy held as a copy of the trainable weights, which takes their place during its forward pass. */
export class FrozenReference implements ReferencePolicy {
  private values: tf.Tensor[];

  /** Copies the variables' present values: an optimizer may write into the originals' memory. */
  constructor(private readonly variables: readonly NamedVariable[]) {
    this.values = variables.map(({ variable }) => tf.mul(variable, 1));
  }

  during<Result>(work: () => Result): Result {
    const policy = this.variables.map(({ variable }) => tf.clone(variable));
    this.assign(this.values);
    try {
      return work();
    } finally {
      this.assign(policy);
      tf.dispose(policy);
    }
  }

  mix(mixup: number): void {
    const mixed = this.variables.map(({ variable }, index) =>
      tf.tidy(() => tf.add(tf.mul(variable, mixup), tf.mul(this.values[index]!, 1 - mixup))),
    );
    tf.dispose(this.values);
    this.values = mixed;
  }

  /** Writes `reference.safetensors`, f32, under the variables' names. */
  async save(directory: string): Promise<void> {
    await writeSafetensors(
      join(directory, fileName),
      this.variables.map(({ name }, index) => ({
        name,
        dtype: "F32" as const,
        shape: this.values[index]!.shape,
        data: async () => (await this.values[index]!.data()) as Float32Array,
      })),
      { format: "pt" },
    );
  }

  async load(directory: string): Promise<void> {
    const file = await openSafetensors(join(directory, fileName));
    try {
      const loaded: tf.Tensor[] = [];
      for (const { name, variable } of this.variables) {
        file.expectShape(name, variable.shape);
        loaded.push(tf.tensor(await file.read(name), variable.shape));
      }
      tf.dispose(this.values);
      this.values = loaded;
    } finally {
      await file.close();
    }
  }

  dispose(): void {
    tf.dispose(this.values);
    this.values = [];
  }

  /** Gives every variable a value without copying: a variable holds its tensor's data by reference. */
  private assign(values: readonly tf.Tensor[]): void {
    this.variables.forEach(({ variable }, index) => {
      variable.assign(values[index]!);
    });
  }
}
