import { add, mul, transpose, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";
import { linearComposite, type LinearOptions } from "./linear.js";
import { product } from "./mat-mul.js";
import { sharedResults } from "./shared-results.js";

interface LoraAttributes {
  readonly scale: number;
  /** Whether `backwardWeight` is `[out, in]`; otherwise it is the weight itself. */
  readonly backwardTransposed: boolean;
}

/** dX = dY Wᵀ + s dY Bᵀ Aᵀ, `[rows, in]`. */
const runBackwardInput = defineKernel<"dy" | "backwardWeight" | "a" | "b", LoraAttributes>({
  name: "RarlLoraLinearBackwardInput",
  composite({ dy, backwardWeight, a, b }, { scale, backwardTransposed }) {
    const low = mul(product(dy, b, false, true), scale);
    return add(product(dy, backwardWeight, false, !backwardTransposed), product(low, a, false, true));
  },
});

/** dA = Xᵀ (s dY Bᵀ), `[in, r]`, and dB = s (X A)ᵀ dY, `[r, out]`. */
const runBackwardAdapter = defineKernel<"dy" | "x" | "a" | "b", Pick<LoraAttributes, "scale">>({
  name: "RarlLoraLinearBackwardAdapter",
  composite({ dy, x, a, b }, { scale }) {
    const low = mul(product(dy, b, false, true), scale);
    // The two thin factors are transposed, never x.
    return [transpose(product(low, x, true, false)), product(mul(product(x, a), scale), dy, true, false)];
  },
});

const runLora = defineKernel<"x" | "weight" | "backwardWeight" | "a" | "b" | "bias", LoraAttributes>({
  name: "RarlLoraLinear",
  composite({ a, b, ...base }, { scale }) {
    return add(linearComposite(base), product(mul(product(base.x, a), scale), b));
  },
  gradient: {
    inputsToSave: ["x", "backwardWeight", "a", "b"],
    backward(dy, [x, backwardWeight, a, b], attributes) {
      const adapter = sharedResults(() =>
        runBackwardAdapter({ dy, x: x!, a: a!, b: b! }, { scale: attributes.scale }),
      );
      return {
        x: () => runBackwardInput({ dy, backwardWeight: backwardWeight!, a: a!, b: b! }, attributes)[0]!,
        a: () => adapter(0),
        b: () => adapter(1),
      };
    },
  },
});

/**
 * Frozen linear layer with a low-rank adapter: `x W + bias + scale (x a) b`. Gradients reach `x`, `a` and `b` only.
 * @param x `[rows, in]`
 * @param weight `[in, out]`
 * @param bias `[out]` or null
 * @param a `[in, r]`, the transpose of PEFT's lora_A
 * @param b `[r, out]`, the transpose of PEFT's lora_B
 * @param scale lora_alpha / r
 * @returns `[rows, out]`
 */
export function loraLinear(
  x: Tensor2D,
  weight: Tensor2D,
  bias: Tensor1D | null,
  a: Tensor2D,
  b: Tensor2D,
  scale: number,
  options: Pick<LinearOptions, "weightTransposed"> = {},
): Tensor2D {
  const backwardWeight = options.weightTransposed ?? weight;
  const inputs = { x, weight, backwardWeight, a, b, ...(bias === null ? {} : { bias }) };
  return runLora(inputs, { scale, backwardTransposed: backwardWeight !== weight })[0] as Tensor2D;
}
