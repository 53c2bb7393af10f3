import {
  getBackend,
  matMul as backendMatMul,
  reshape,
  stack,
  tidy,
  transpose,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { itemRange } from "./gather-rows.js";
import { defineKernel } from "./kernel.js";

/**
 * Whether products with a transpose flag, and products in batches, miss the backend's fast path. On wasm (2 cores,
 * AVX2) 512×128×384 takes 2.8 ms plain, 37 ms with transposeB and 3.1 ms with an explicit transpose; 12 products
 * 600×128×600 take 691 ms as one batched call and 57 ms one by one.
 */
export function prefersExplicitTranspose(): boolean {
  const backend = getBackend();
  return backend === "wasm" || backend === "cpu";
}

/**
 * Multiply-adds of one product below which a batched call on such a backend beats a loop over 2-D products, whose
 * copies and calls cost about 40 µs. Batched against loop, µs a product: 5 and 27 at 24×16×12, 32 and 36 at 32×32×32,
 * 122 and 50 at 64×32×64, 4497 and 684 at 600×64×128.
 */
const smallProduct = 65_536;

interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const runMatMul = defineKernel<"a" | "b", ProductAttributes>({
  name: "RarlMatMul",
  composite({ a, b }, { transposeA, transposeB }) {
    if (!prefersExplicitTranspose()) return backendMatMul(a, b, transposeA, transposeB);
    return plainProduct(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b);
  },
  gradient: {
    inputsToSave: ["a", "b"],
    backward(dy, [a, b], { transposeA, transposeB }) {
      return {
        a: () => (transposeA ? product(b!, dy, transposeB, true) : product(dy, b!, false, !transposeB)),
        b: () => (transposeB ? product(dy, a!, true, transposeA) : product(a!, dy, !transposeA, false)),
      };
    },
  },
});

/**
 * Matrix product by the fastest way of the current backend, each factor transposed in its last two axes if asked.
 * 2-D, or 3-D with equal batch sizes.
 */
export function product<T extends Tensor>(a: T, b: T, transposeA = false, transposeB = false): T {
  return runMatMul({ a, b }, { transposeA, transposeB })[0] as T;
}

/**
 * Matrix product with a gradient that is fast on every engine.
 * @param a `[m, k]`, or with equal leading axes `[…, m, k]` up to rank 4
 * @param b `[k, n]`, or `[…, k, n]`
 * @returns `[…, m, n]`
 */
export function matMul<T extends Tensor>(a: T, b: T): T {
  if (a.rank <= 3) return product(a, b);
  const batch = a.shape.slice(0, -2);
  const flatten = (x: Tensor) => reshape(x, [-1, ...x.shape.slice(-2)]);
  return reshape(product(flatten(a), flatten(b)), [...batch, a.shape.at(-2)!, b.shape.at(-1)!]) as T;
}

function swapLast(x: Tensor): Tensor {
  return transpose(x, x.rank === 2 ? [1, 0] : [0, 2, 1]);
}

function plainProduct(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 2) return backendMatMul(a, b);
  const [batch, m, k] = a.shape as [number, number, number];
  const n = b.shape[2]!;
  if (batch === 1 || m * k * n < smallProduct) return backendMatMul(a, b);
  const item = (x: Tensor, i: number) => reshape(itemRange(x, i, 1), [x.shape[1]!, x.shape[2]!]);
  return stack(Array.from({ length: batch }, (_, i) => tidy(() => backendMatMul(item(a, i), item(b, i)))));
}
