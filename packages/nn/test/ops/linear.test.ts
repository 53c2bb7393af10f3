import {
  grad,
  memory,
  mul,
  tensor2d,
  tidy,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { linear, loraLinear, matMul } from "../../src/ops/index.js";
import { useWasm } from "../support/wasm.js";
import { expectReference, matrixProduct, numbers } from "./reference.js";

const affine = (x: number[], w: number[], b: number[], m: number, k: number, n: number) =>
  matrixProduct(x, w, m, k, n).map((y, i) => y + b[i % n]!);

describe("matMul", () => {
  before(useWasm);

  it("multiplies matrices and differentiates both factors", () => {
    expectReference({
      shapes: [
        [3, 4],
        [4, 5],
      ],
      op: (a: Tensor2D, b: Tensor2D) => matMul(a, b),
      reference: (a, b) => matrixProduct(a, b, 3, 4, 5),
    });
  });

  for (const [m, k, n] of [
    [3, 2, 4],
    [33, 2, 300],
  ] as const) {
    it(`multiplies batches of ${m}×${k}×${n}, small ones at once and large ones one by one`, () => {
      expectReference({
        shapes: [
          [2, m, k],
          [2, k, n],
        ],
        op: (a: Tensor, b: Tensor) => matMul(a, b),
        reference: (a, b) =>
          [0, 1].flatMap((i) =>
            matrixProduct(a.slice(i * m * k, (i + 1) * m * k), b.slice(i * k * n, (i + 1) * k * n), m, k, n),
          ),
        gradients: m * n > 1000 ? [0] : [0, 1],
        tolerance: 1e-4,
      });
    });
  }

  it("takes leading axes up to rank 4", () => {
    expectReference({
      shapes: [
        [2, 1, 3, 2],
        [2, 1, 2, 2],
      ],
      op: (a: Tensor, b: Tensor) => matMul(a, b),
      reference: (a, b) =>
        [0, 1].flatMap((i) => matrixProduct(a.slice(i * 6, i * 6 + 6), b.slice(i * 4, i * 4 + 4), 3, 2, 2)),
    });
  });
});

describe("linear", () => {
  before(useWasm);

  it("gives a frozen layer's input its gradient, with or without a transposed weight", () => {
    for (const transposed of [false, true]) {
      expectReference({
        shapes: [[3, 4], [4, 5], [5]],
        op: (x: Tensor2D, w: Tensor2D, b: Tensor1D) =>
          linear(x, w, b, { weightTransposed: transposed ? transpose(w) : null }),
        reference: (x, w, b) => affine(x, w, b, 3, 4, 5),
        gradients: [0],
      });
    }
  });

  it("works without a bias", () => {
    expectReference({
      shapes: [
        [3, 4],
        [4, 5],
      ],
      op: (x: Tensor2D, w: Tensor2D) => linear(x, w, null),
      reference: (x, w) => matrixProduct(x, w, 3, 4, 5),
      gradients: [0],
    });
  });

  it("gives weight and bias gradients when trainable", () => {
    expectReference({
      shapes: [[3, 4], [4, 5], [5]],
      op: (x: Tensor2D, w: Tensor2D, b: Tensor1D) => linear(x, w, b, { trainable: true }),
      reference: (x, w, b) => affine(x, w, b, 3, 4, 5),
    });
  });

  it("does not keep the input of a frozen layer for the backward pass", () => {
    const weight = tensor2d(numbers(200 * 3, 1), [200, 3]);
    const kept = (trainable: boolean): number => {
      let bytes = 0;
      const x = tensor2d(numbers(1000 * 200, 2), [1000, 200]);
      tidy(() =>
        grad((input) => {
          // The layer's own input, free to go unless the layer keeps it.
          const before = memory().numBytes;
          const y = tidy(() => linear(mul(input as Tensor2D, 2), weight, null, { trainable }));
          bytes = memory().numBytes - before - y.size * 4;
          return y;
        })(x),
      );
      x.dispose();
      return bytes;
    };
    // Multiply keeps its own input and a scalar, the layer its weight; x is 800 kB.
    const own = kept(false);
    expect(kept(true) - own).to.be.at.least(800_000);
    weight.dispose();
  });
});

describe("loraLinear", () => {
  before(useWasm);

  it("adds the scaled low-rank product and differentiates x, a and b", () => {
    for (const transposed of [false, true]) {
      expectReference({
        shapes: [[3, 4], [4, 2], [2, 5], [4, 5], [5]],
        op: (x: Tensor2D, a: Tensor2D, b: Tensor2D, w: Tensor2D, bias: Tensor1D) =>
          loraLinear(x, w, bias, a, b, 1.5, { weightTransposed: transposed ? transpose(w) : null }),
        reference: (x, a, b, w, bias) => {
          const low = matrixProduct(matrixProduct(x, a, 3, 4, 2), b, 3, 2, 5);
          return affine(x, w, bias, 3, 4, 5).map((y, i) => y + 1.5 * low[i]!);
        },
        gradients: [0, 1, 2],
      });
    }
  });

  it("differentiates the adapter alone where the input needs no gradient", () => {
    expectReference({
      shapes: [
        [4, 2],
        [2, 5],
        [3, 4],
        [4, 5],
      ],
      op: (a: Tensor2D, b: Tensor2D, x: Tensor2D, w: Tensor2D) => loraLinear(x, w, null, a, b, 2),
      reference: (a, b, x, w) => {
        const low = matrixProduct(matrixProduct(x, a, 3, 4, 2), b, 3, 2, 5);
        return matrixProduct(x, w, 3, 4, 5).map((y, i) => y + 2 * low[i]!);
      },
      gradients: [0, 1],
    });
  });
});
