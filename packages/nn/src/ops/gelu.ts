import { add, erf, exp, mul, square, type Tensor } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";

/** Distribution function of the standard normal. */
function normalCdf(x: Tensor): Tensor {
  return mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
}

const runBackward = defineKernel<"x" | "dy", object>({
  name: "RarlGeluBackward",
  composite({ x, dy }) {
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return mul(dy, add(normalCdf(x), mul(x, density)));
  },
});

const runGelu = defineKernel<"x", object>({
  name: "RarlGelu",
  composite: ({ x }) => mul(x, normalCdf(x)),
  gradient: {
    inputsToSave: ["x"],
    backward: (dy, [x]) => ({ x: () => runBackward({ x: x!, dy }, {})[0]! }),
  },
});

/** The exact GELU, `x/2 (1 + erf(x/√2))`. */
export function gelu<T extends Tensor>(x: T): T {
  return runGelu({ x }, {})[0] as T;
}
