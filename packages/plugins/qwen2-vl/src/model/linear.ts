import type { AdaptableLinear, LinearAdaptation } from "@rarl-sdk/core";
import { linear, prefersExplicitTranspose } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { Parameter } from "./parameter.js";

/** A linear layer `y = x · weight + bias` whose weight is kept as `[in, out]`, the layout of the fast product. */
export class Linear implements AdaptableLinear {
  readonly inFeatures: number;
  readonly outFeatures: number;
  private adaptation: LinearAdaptation | null = null;
  private transposed: Tensor2D | null = null;
  private isMerged = false;

  constructor(
    /** Module path in the upstream model. */
    readonly name: string,
    private readonly weightParameter: Parameter,
    private readonly biasParameter: Parameter | null,
    /** Whether input gradients pass through it as a rule, so that a transposed copy of the weight pays. */
    private readonly passesGradients: boolean,
  ) {
    const [inFeatures, outFeatures] = weightParameter.tensor.shape as [number, number];
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
  }

  get weight(): Tensor2D {
    return this.weightParameter.tensor as Tensor2D;
  }

  get bias(): Tensor1D | null {
    return this.biasParameter === null ? null : (this.biasParameter.tensor as Tensor1D);
  }

  /** `[out, in]` for the input gradient, on engines where a transposed product is slow; null where it is not. */
  get weightTransposed(): Tensor2D | null {
    if (!this.passesGradients || this.weightParameter.trainable || !prefersExplicitTranspose()) return null;
    // Made on the first differentiated pass, so that plain inference never pays for the second copy.
    this.transposed ??= tf.keep(tf.tidy(() => tf.transpose(this.weight)));
    return this.transposed;
  }

  /** The layer with its adaptation, if one is installed: `[rows, in]` to `[rows, out]`. */
  forward(x: Tensor2D): Tensor2D {
    return this.adaptation === null ? this.base(x) : this.adaptation.forward(x);
  }

  base(x: Tensor2D): Tensor2D {
    return linear(x, this.weight, this.bias, {
      weightTransposed: isDifferentiating() ? this.weightTransposed : null,
      trainable: this.weightParameter.trainable,
    });
  }

  /** Whether it computes something else than the checkpoint's layer: an adaptation is on, or was merged. */
  get isChanged(): boolean {
    return this.isMerged || this.adaptation !== null;
  }

  adapt(adaptation: LinearAdaptation | null): void {
    this.adaptation = adaptation;
  }

  /** Variables that `forward` reads, for activation recomputation. */
  variables(): readonly tf.Variable[] {
    return [
      ...(this.adaptation?.variables ?? []),
      ...this.weightParameter.variables(),
      ...(this.biasParameter?.variables() ?? []),
    ];
  }

  addToWeight(delta: Tensor2D): void {
    this.weightParameter.replace(tf.tidy(() => tf.add(this.weight, delta)));
    this.isMerged = true;
    this.transposed?.dispose();
    this.transposed = null;
  }

  /** Frees what the layer derived; its parameters belong to the store. */
  dispose(): void {
    this.transposed?.dispose();
    this.transposed = null;
  }
}

/** Whether TensorFlow.js is recording for a gradient right now. */
export function isDifferentiating(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
