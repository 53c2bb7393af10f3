import { add, mul, sigmoid, sub, type Tensor } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";
import { sharedResults } from "./shared-results.js";

/** Gradients of gate and up. */
const runBackward = defineKernel<"gate" | "up" | "dy", object>({
  name: "RarlSwiGluBackward",
  composite({ gate, up, dy }) {
    const s = sigmoid(gate);
    const silu = mul(gate, s);
    // silu'(g) = s + g s (1 - s) = s + silu - silu s
    const slope = add(s, sub(silu, mul(silu, s)));
    return [mul(mul(dy, up), slope), mul(dy, silu)];
  },
});

const runSwiGlu = defineKernel<"gate" | "up", object>({
  name: "RarlSwiGlu",
  composite: ({ gate, up }) => mul(mul(gate, sigmoid(gate)), up),
  gradient: {
    inputsToSave: ["gate", "up"],
    backward(dy, [gate, up]) {
      const results = sharedResults(() => runBackward({ gate: gate!, up: up!, dy }, {}));
      return { gate: () => results(0), up: () => results(1) };
    },
  },
});

/** `silu(gate) up` with silu(z) = z sigmoid(z); any equal shapes. */
export function swiGlu<T extends Tensor>(gate: T, up: T): T {
  return runSwiGlu({ gate, up }, {})[0] as T;
}
