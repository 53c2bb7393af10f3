import type { AdaptableLinear, LinearAdaptation, RandomStream } from "@rarl-sdk/core";
import { loraLinear, matMul } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { DataId, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import { dropoutMask, seedOf } from "./dropout-mask.js";

/** The low-rank update of one linear layer: `base(x) + scale · dropout(x) · A · B`. */
export class LoraLayer implements LinearAdaptation {
  /** `[in, r]`, the transpose of PEFT's lora_A: the layout of the fast product. */
  readonly a: Variable<tf.Rank.R2>;
  /** `[r, out]`, the transpose of PEFT's lora_B. */
  readonly b: Variable<tf.Rank.R2>;
  private maskSeed: { readonly a: DataId; readonly b: DataId; readonly seed: number } | null = null;

  /** PEFT's initial values: A uniform in ±1/√in (Kaiming uniform with a = √5), B zero. */
  constructor(
    readonly linear: AdaptableLinear,
    readonly rank: number,
    public scale: number,
    private readonly dropout: number,
    random: RandomStream,
  ) {
    const { inFeatures, outFeatures } = linear;
    const bound = 1 / Math.sqrt(inFeatures);
    const initial = Float32Array.from(
      { length: inFeatures * rank },
      () => (2 * random.uniform() - 1) * bound,
    );
    [this.a, this.b] = tf.tidy(() => [
      tf.variable(tf.tensor2d(initial, [inFeatures, rank])),
      tf.variable(tf.zeros<tf.Rank.R2>([rank, outFeatures])),
    ]);
  }

  get variables(): readonly Variable[] {
    return [this.a, this.b];
  }

  /** `x` `[rows, in]` to `[rows, out]`. Dropout acts only while a gradient is being recorded. */
  forward(x: Tensor2D): Tensor2D {
    const { linear, a, b, scale } = this;
    const isDifferentiating = tf.engine().state.gradientDepth > 0;
    const drops = this.dropout > 0 && isDifferentiating;
    if (linear.bias !== undefined && !drops) {
      // The transposed copy serves the gradient; asking for it may make it.
      const weightTransposed = isDifferentiating ? (linear.weightTransposed ?? null) : null;
      return loraLinear(x, linear.weight, linear.bias, a, b, scale, { weightTransposed });
    }
    return tf.tidy(() => {
      const kept = drops
        ? tf.mul<Tensor2D>(x, dropoutMask(this.seed(), x.shape[0], x.shape[1], this.dropout))
        : x;
      return tf.add<Tensor2D>(linear.base(x), tf.mul(matMul(matMul(kept, a), b), scale));
    });
  }

  /** The update that a merge adds to the base weight, `[in, out]`. */
  delta(): Tensor2D {
    return tf.tidy(() => tf.mul<Tensor2D>(matMul<Tensor2D>(this.a, this.b), this.scale));
  }

  dispose(): void {
    this.a.dispose();
    this.b.dispose();
  }

  /**
   * The mask is a function of the weights: the same when a layer is recomputed in the backward pass and when a run is
   * resumed, another after every update. Passes between two updates share it.
   */
  private seed(): number {
    const { a, b } = this;
    if (this.maskSeed?.a !== a.dataId || this.maskSeed.b !== b.dataId) {
      const seed = seedOf(a.dataSync<"float32">(), b.dataSync<"float32">());
      this.maskSeed = { a: a.dataId, b: b.dataId, seed };
    }
    return this.maskSeed.seed;
  }
}
