import * as tf from "@tensorflow/tfjs-core";
import { join } from "node:path";
import type { NamedVariable, Optimizer } from "@rarl-sdk/core";
import { loadVariable, saveVariable } from "./toy-backbone.js";

/** Gradient descent with momentum: the least optimizer that has a state to lose. */
export class MomentumOptimizer implements Optimizer {
  private velocities: tf.Variable[] = [];

  apply(variables: readonly NamedVariable[], gradients: readonly tf.Tensor[], learningRate: number): void {
    this.prepare(variables);
    tf.tidy(() => {
      variables.forEach(({ variable }, index) => {
        const velocity = this.velocities[index]!;
        velocity.assign(tf.add(tf.mul(velocity, 0.9), gradients[index]!));
        variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
      });
    });
  }

  async save(directory: string): Promise<void> {
    for (const [index, velocity] of this.velocities.entries()) {
      await saveVariable(join(directory, `velocity-${index}.json`), velocity);
    }
  }

  async load(directory: string, variables: readonly NamedVariable[]): Promise<void> {
    this.prepare(variables);
    for (const [index, velocity] of this.velocities.entries()) {
      await loadVariable(join(directory, `velocity-${index}.json`), velocity);
    }
  }

  dispose(): void {
    tf.dispose(this.velocities);
    this.velocities = [];
  }

  private prepare(variables: readonly NamedVariable[]): void {
    if (this.velocities.length > 0) return;
    this.velocities = variables.map(({ variable }) => tf.tidy(() => tf.variable(tf.zerosLike(variable))));
  }
}
