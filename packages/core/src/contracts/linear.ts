import type { Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs-core";

/** A function that stands in for a linear layer while an adapter is enabled. */
export interface LinearAdaptation {
  /** `x` `[rows, in]` to `[rows, out]`, the base layer's product and bias included. */
  forward(x: Tensor2D): Tensor2D;
  /** Variables that `forward` reads, for activation recomputation. */
  readonly variables: readonly Variable[];
}

/** A linear layer of a backbone where an adapter may attach. */
export interface AdaptableLinear {
  /** Module path in the upstream model, such as `model.language_model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Base weight, `[in, out]` (the transpose of the upstream file's). Owned by the layer. */
  readonly weight: Tensor2D;
  /**
   * Base bias `[out]`, null when the layer has none. A layer that states it lets an adapter use the fused product
   * of `@rarl-sdk/nn` instead of `base`.
   */
  readonly bias?: Tensor1D | null;
  /** Copy of the weight as `[out, in]`, where the layer keeps one for gradients; `addToWeight` renews it. */
  readonly weightTransposed?: Tensor2D | null;
  /** The base layer alone: `x · weight + bias`. `[rows, in]` to `[rows, out]`. */
  base(x: Tensor2D): Tensor2D;
  /** Installs or, with null, removes an adaptation. */
  adapt(adaptation: LinearAdaptation | null): void;
  /** Adds `delta` `[in, out]` to the base weight for good, as a merge does. */
  addToWeight(delta: Tensor2D): void;
}
