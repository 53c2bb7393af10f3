import { add, mul, sigmoid, sub, type Tensor } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";

const slope = 1.702;

const runBackward = defineKernel<"x" | "dy", object>({
  name: "RarlQuickGeluBackward",
  composite({ x, dy }) {
    const s = sigmoid(mul(x, slope));
    const y = mul(mul(x, s), slope);
    return mul(dy, add(s, sub(y, mul(y, s))));
  },
});

const runQuickGelu = defineKernel<"x", object>({
  name: "RarlQuickGelu",
  composite: ({ x }) => mul(x, sigmoid(mul(x, slope))),
  gradient: {
    inputsToSave: ["x"],
    backward: (dy, [x]) => ({ x: () => runBackward({ x: x!, dy }, {})[0]! }),
  },
});

/** `x sigmoid(1.702 x)`, the activation of Qwen2-VL's vision blocks. */
export function quickGelu<T extends Tensor>(x: T): T {
  return runQuickGelu({ x }, {})[0] as T;
}
