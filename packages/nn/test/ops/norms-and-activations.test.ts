import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { gelu, layerNorm, quickGelu, rmsNorm, rotary, swiGlu } from "../../src/ops/index.js";
import { useWasm } from "../support/wasm.js";
import { average, erf, expectReference, rowsOf } from "./reference.js";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe("norms", () => {
  before(useWasm);

  it("rmsNorm divides rows by their root mean square", () => {
    expectReference({
      shapes: [[3, 6], [6]],
      op: (x: Tensor2D, w: Tensor1D) => rmsNorm(x, w, 1e-6),
      reference: (x, w) =>
        rowsOf(x, 6).flatMap((row) => {
          const rms = Math.sqrt(average(row.map((v) => v * v)) + 1e-6);
          return row.map((v, i) => (v / rms) * w[i]!);
        }),
    });
  });

  it("layerNorm centres rows and divides by their biased deviation", () => {
    expectReference({
      shapes: [[3, 6], [6], [6]],
      op: (x: Tensor2D, w: Tensor1D, b: Tensor1D) => layerNorm(x, w, b, 1e-6),
      reference: (x, w, b) =>
        rowsOf(x, 6).flatMap((row) => {
          const mean = average(row);
          const deviation = Math.sqrt(average(row.map((v) => (v - mean) ** 2)) + 1e-6);
          return row.map((v, i) => ((v - mean) / deviation) * w[i]! + b[i]!);
        }),
    });
  });
});

describe("activations", () => {
  before(useWasm);

  it("swiGlu multiplies silu of the gate with up", () => {
    expectReference({
      shapes: [
        [3, 4],
        [3, 4],
      ],
      op: (gate: Tensor, up: Tensor) => swiGlu(gate, up),
      reference: (gate, up) => gate.map((g, i) => g * sigmoid(g) * up[i]!),
    });
  });

  it("swiGlu differentiates one input alone", () => {
    for (const input of [0, 1]) {
      expectReference({
        shapes: [
          [3, 4],
          [3, 4],
        ],
        op: (gate: Tensor, up: Tensor) => swiGlu(gate, up),
        reference: (gate, up) => gate.map((g, i) => g * sigmoid(g) * up[i]!),
        gradients: [input],
      });
    }
  });

  it("quickGelu and the exact gelu", () => {
    expectReference({
      shapes: [[3, 4]],
      op: (x: Tensor) => quickGelu(x),
      reference: (x) => x.map((v) => v * sigmoid(1.702 * v)),
    });
    expectReference({
      shapes: [[3, 4]],
      op: (x: Tensor) => gelu(x),
      reference: (x) => x.map((v) => 0.5 * v * (1 + erf(v / Math.SQRT2))),
    });
  });
});

describe("rotary", () => {
  before(useWasm);

  it("turns halves against each other, also with tables whose halves differ", () => {
    const [rows, heads, d] = [3, 2, 6];
    expectReference({
      shapes: [
        [rows, heads, d],
        [rows, d],
        [rows, d],
      ],
      op: (x: Tensor3D, cos: Tensor2D, sin: Tensor2D) => rotary(x, cos, sin),
      reference: (x, cos, sin) =>
        rowsOf(x, d).flatMap((head, at) => {
          const table = Math.floor(at / heads) * d;
          return head.map((v, i) => {
            const turned = i < d / 2 ? -head[i + d / 2]! : head[i - d / 2]!;
            return v * cos[table + i]! + turned * sin[table + i]!;
          });
        }),
      gradients: [0],
    });
  });
});
