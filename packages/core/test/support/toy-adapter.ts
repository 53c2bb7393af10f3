import * as tf from "@tensorflow/tfjs-core";
import { join } from "node:path";
import type { Adapter, AdapterFactory, Backbone, NamedVariable, RandomStream } from "@rarl-sdk/core";
import { asToy, loadVariable, saveVariable, variableOf, type ToyBackbone } from "./toy-backbone.js";

/** Adds a trainable table to the toy backbone's. */
export class ToyAdapterFactory implements AdapterFactory {
  attach(backbone: Backbone, random: RandomStream): Adapter {
    return new ToyAdapter(asToy(backbone), random);
  }
}

class ToyAdapter implements Adapter {
  private readonly delta: tf.Variable;
  readonly variables: readonly NamedVariable[];

  constructor(
    private readonly backbone: ToyBackbone,
    random: RandomStream,
  ) {
    this.delta = variableOf(
      Float32Array.from({ length: backbone.parameterCount }, () => 0.01 * random.normal()),
    );
    this.variables = [{ name: "delta.weight", variable: this.delta }];
    backbone.adaptation = this.delta;
  }

  withDisabled<Result>(work: () => Result): Result {
    this.backbone.adaptation = null;
    try {
      return work();
    } finally {
      this.backbone.adaptation = this.delta;
    }
  }

  save(directory: string): Promise<void> {
    return saveVariable(join(directory, "delta.json"), this.delta);
  }

  load(directory: string): Promise<void> {
    return loadVariable(join(directory, "delta.json"), this.delta);
  }

  merge(): void {
    const [table] = this.backbone.variables();
    tf.tidy(() => {
      table?.variable.assign(tf.add(table.variable, this.delta));
    });
    this.dispose();
  }

  dispose(): void {
    this.backbone.adaptation = null;
    this.delta.dispose();
  }
}
