import { add, mul, reshape, tensor, type Tensor, type Tensor2D, type Tensor3D } from "@tensorflow/tfjs-core";
import { gatherRows } from "./gather-rows.js";
import { defineKernel } from "./kernel.js";

/** Exchanges the two halves of the last axis. */
function swapHalves(x: Tensor): Tensor {
  const half = x.shape.at(-1)! / 2;
  const index = new Int32Array(x.size / half);
  // By whole half rows: a slice and concat on the last axis is ten times slower on wasm.
  for (let i = 0; i < index.length; i++) index[i] = i ^ 1;
  return reshape(gatherRows(reshape(x, [-1, half]), index), x.shape);
}

/** The sines `[rows, 1, d]` with the sign that rotate-half gives the swapped halves. */
function signedSines(sin: Tensor): Tensor {
  const [rows, d] = sin.shape as [number, number];
  const signs = Float32Array.from({ length: d }, (_, i) => (i < d / 2 ? -1 : 1));
  return reshape(mul(sin, tensor(signs, [1, d])), [rows, 1, d]);
}

function perHead(table: Tensor): Tensor {
  return reshape(table, [table.shape[0], 1, table.shape[1]!]);
}

const runBackward = defineKernel<"dy" | "cos" | "sin", object>({
  name: "RarlRotaryBackward",
  composite: ({ dy, cos, sin }) => add(mul(dy, perHead(cos)), swapHalves(mul(dy, signedSines(sin)))),
});

const runRotary = defineKernel<"x" | "cos" | "sin", object>({
  name: "RarlRotary",
  composite: ({ x, cos, sin }) => add(mul(x, perHead(cos)), mul(swapHalves(x), signedSines(sin))),
  gradient: {
    inputsToSave: ["cos", "sin"],
    backward: (dy, [cos, sin]) => ({ x: () => runBackward({ dy, cos: cos!, sin: sin! }, {})[0]! }),
  },
});

/**
 * Rotary position embedding in the rotate-half form, `x cos + [-x₂, x₁] sin` with x = [x₁, x₂].
 * The gradient reaches `x` only.
 * @param x `[rows, heads, d]`, d even
 * @param cos `[rows, d]`
 * @param sin `[rows, d]`
 * @returns `[rows, heads, d]`
 */
export function rotary(x: Tensor3D, cos: Tensor2D, sin: Tensor2D): Tensor3D {
  return runRotary({ x, cos, sin }, {})[0] as Tensor3D;
}
