import type { AdaptableLinear, LinearAdaptation } from "@rarl-sdk/core";
import { linear } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { formula } from "./formula.js";

/** A frozen linear layer whose weight and bias are the tiny Qwen2-VL's. */
export class TestLinear implements AdaptableLinear {
  weight: Tensor2D;
  readonly biasTensor: Tensor1D | null;
  adaptation: LinearAdaptation | null = null;

  constructor(
    readonly name: string,
    readonly inFeatures: number,
    readonly outFeatures: number,
    hasBias: boolean,
  ) {
    const stored = name.replace(/^model\.language_model\./, "model.").replace(/^model\.visual\./, "visual.");
    this.weight = tf.tidy(() => {
      const values = formula(`${stored}.weight`, outFeatures * inFeatures);
      return tf.transpose(tf.tensor2d(values, [outFeatures, inFeatures]));
    });
    this.biasTensor = hasBias ? tf.tensor1d(formula(`${stored}.bias`, outFeatures)) : null;
  }

  base(x: Tensor2D): Tensor2D {
    return linear(x, this.weight, this.biasTensor);
  }

  forward(x: Tensor2D): Tensor2D {
    return this.adaptation === null ? this.base(x) : this.adaptation.forward(x);
  }

  adapt(adaptation: LinearAdaptation | null): void {
    this.adaptation = adaptation;
  }

  addToWeight(delta: Tensor2D): void {
    const sum = tf.tidy(() => tf.add<Tensor2D>(this.weight, delta));
    this.weight.dispose();
    this.weight = sum;
  }

  dispose(): void {
    this.weight.dispose();
    this.biasTensor?.dispose();
  }
}

/** One that states its bias, so that the fused product is used. */
export class FusedTestLinear extends TestLinear {
  get bias(): Tensor1D | null {
    return this.biasTensor;
  }
}

/** The linear layers of the tiny Qwen2-VL, vision tower first; every second one is of the fused kind. */
export function tinyLinears(): TestLinear[] {
  const made: TestLinear[] = [];
  const add = (name: string, inFeatures: number, outFeatures: number, hasBias: boolean) =>
    made.push(
      new (made.length % 2 === 0 ? FusedTestLinear : TestLinear)(name, inFeatures, outFeatures, hasBias),
    );
  for (const block of [0, 1].map((index) => `model.visual.blocks.${index}`)) {
    add(`${block}.attn.qkv`, 32, 96, true);
    add(`${block}.attn.proj`, 32, 32, true);
    add(`${block}.mlp.fc1`, 32, 128, true);
    add(`${block}.mlp.fc2`, 128, 32, true);
  }
  add("model.visual.merger.mlp.0", 128, 128, true);
  add("model.visual.merger.mlp.2", 128, 64, true);
  for (const layer of [0, 1].map((index) => `model.language_model.layers.${index}`)) {
    add(`${layer}.self_attn.q_proj`, 64, 64, true);
    add(`${layer}.self_attn.k_proj`, 64, 32, true);
    add(`${layer}.self_attn.v_proj`, 64, 32, true);
    add(`${layer}.self_attn.o_proj`, 64, 64, false);
    add(`${layer}.mlp.gate_proj`, 64, 96, false);
    add(`${layer}.mlp.up_proj`, 64, 96, false);
    add(`${layer}.mlp.down_proj`, 96, 64, false);
  }
  return made;
}
