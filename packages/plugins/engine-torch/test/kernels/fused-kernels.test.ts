import "@tensorflow/tfjs-backend-wasm";
import {
  adamWKernel,
  adamWUpdate,
  embedding,
  fusedKernelNames,
  gelu,
  groupAttention,
  layerNorm,
  linear,
  loraLinear,
  matMul,
  quickGelu,
  registerCompositeKernels,
  rmsNorm,
  rotary,
  swiGlu,
  tokenLogProbs,
  valueAndGradients,
  type GroupLayout,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { torchKernels } from "../../src/kernels/register-kernels.js";
import { alive, describeTorch, usePortableKernels } from "../support/torch.js";

/** Reproducible numbers in ±1. */
function numbers(size: number, seed: number): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: size }, () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state / 4294967296) * 2 - 1;
  });
}

interface FusedCase {
  /** Shapes of the inputs that are differentiated, then of those that are not. */
  readonly shapes: readonly number[][];
  readonly frozen?: readonly number[][];
  readonly op: (...inputs: never[]) => tf.Tensor;
  readonly tolerance?: number;
}

const ids = () => tf.tensor1d([3, 0, 3, 9, 5], "int32");
const vocabulary = 11;

function attention(layout: GroupLayout, heads: number, kvHeads: number, d: number, causal = true): FusedCase {
  const rows = layout.groups.reduce(
    (sum, { prefix, branches }) => sum + prefix + branches.reduce((a, b) => a + b, 0),
    0,
  );
  return {
    shapes: [
      [rows, heads, d],
      [rows, kvHeads, d],
      [rows, kvHeads, d],
    ],
    op: (q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D) => groupAttention(q, k, v, layout, { causal }),
    tolerance: 2e-4,
  };
}

const cases: Record<string, FusedCase> = {
  rmsNorm: {
    shapes: [[5, 70], [70]],
    op: (x: tf.Tensor2D, w: tf.Tensor1D) => rmsNorm(x, w, 1e-6),
  },
  layerNorm: {
    shapes: [[5, 70], [70], [70]],
    op: (x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D) => layerNorm(x, w, b, 1e-6),
  },
  swiGlu: {
    shapes: [
      [5, 37],
      [5, 37],
    ],
    op: (gate: tf.Tensor2D, up: tf.Tensor2D) => swiGlu(tf.mul(gate, 30), up),
  },
  gelu: { shapes: [[5, 37]], op: (x: tf.Tensor2D) => gelu(tf.mul(x, 4)) },
  quickGelu: { shapes: [[5, 37]], op: (x: tf.Tensor2D) => quickGelu(tf.mul(x, 4)) },
  rotary: {
    shapes: [[5, 3, 8]],
    frozen: [
      [5, 8],
      [5, 8],
    ],
    op: (x: tf.Tensor3D, cos: tf.Tensor2D, sin: tf.Tensor2D) => rotary(x, cos, sin),
  },
  "matMul in batches": {
    shapes: [
      [3, 5, 7],
      [3, 7, 4],
    ],
    op: (a: tf.Tensor3D, b: tf.Tensor3D) => matMul(a, b),
  },
  "a frozen linear": {
    shapes: [[5, 7]],
    frozen: [[7, 9], [9]],
    op: (x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D) => linear(x, w, b),
  },
  "a trainable linear": {
    shapes: [[5, 7], [7, 9], [9]],
    op: (x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D) => linear(x, w, b, { trainable: true }),
  },
  loraLinear: {
    shapes: [
      [5, 7],
      [7, 2],
      [2, 9],
    ],
    frozen: [[7, 9], [9]],
    op: (x: tf.Tensor2D, a: tf.Tensor2D, b: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D) =>
      loraLinear(x, w, bias, a, b, 1.5),
  },
  "loraLinear with a transposed weight and no bias": {
    shapes: [
      [5, 7],
      [7, 2],
      [2, 9],
    ],
    frozen: [[7, 9]],
    op: (x: tf.Tensor2D, a: tf.Tensor2D, b: tf.Tensor2D, w: tf.Tensor2D) =>
      loraLinear(x, w, null, a, b, 1.5, { weightTransposed: tf.transpose(w) }),
  },
  embedding: { shapes: [[vocabulary, 6]], op: (table: tf.Tensor2D) => embedding(ids(), table) },
  "tokenLogProbs of a frozen head, in chunks": {
    shapes: [[5, 6]],
    frozen: [[6, vocabulary]],
    op: (hidden: tf.Tensor2D, weight: tf.Tensor2D) =>
      tokenLogProbs(hidden, { weight }, ids(), { temperature: 0.7, chunkRows: 2 }).logProbs,
  },
  "tokenLogProbs of a trainable head": {
    shapes: [
      [5, 6],
      [6, vocabulary],
    ],
    op: (hidden: tf.Tensor2D, weight: tf.Tensor2D) =>
      tokenLogProbs(hidden, { weight, trainable: true }, ids()).logProbs,
  },
  "entropies of tokenLogProbs": {
    shapes: [],
    frozen: [
      [5, 6],
      [6, vocabulary],
    ],
    op: (hidden: tf.Tensor2D, weight: tf.Tensor2D) =>
      tokenLogProbs(hidden, { weight }, ids(), { temperature: 0.7, entropies: true }).entropies!,
  },
  "groupAttention in several blocks of prefix and branches": attention(
    { groups: [{ prefix: 700, branches: [300, 120, 1, 40] }] },
    8,
    2,
    4,
  ),
  "groupAttention of several groups": attention(
    {
      groups: [
        { prefix: 3, branches: [2, 5] },
        { prefix: 9, branches: [] },
        { prefix: 1, branches: [1] },
      ],
    },
    6,
    3,
    8,
  ),
  "groupAttention that is not causal": attention(
    { groups: [{ prefix: 40, branches: [3, 7] }] },
    4,
    4,
    8,
    false,
  ),
};

async function runOn(backend: string, { shapes, frozen = [], op }: FusedCase): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  registerCompositeKernels(backend);
  const f = op as unknown as (...inputs: tf.Tensor[]) => tf.Tensor;
  const variables = shapes.map((shape, i) =>
    tf.tidy(() => tf.variable(tf.tensor(numbers(tf.util.sizeFromShape(shape), i + 1), shape))),
  );
  const constants = frozen.map((shape, i) => tf.tensor(numbers(tf.util.sizeFromShape(shape), i + 20), shape));
  const y = tf.tidy(() => f(...variables, ...constants));
  const weights = tf.tensor(numbers(y.size, 99), y.shape);
  const { value, gradients } =
    variables.length === 0
      ? { value: tf.scalar(0), gradients: [] }
      : valueAndGradients(() => tf.sum<tf.Scalar>(tf.mul(f(...variables, ...constants), weights)), variables);
  const results = [y, ...gradients].map((one) => one.dataSync() as Float32Array);
  tf.dispose([y, weights, value, ...gradients, ...variables, ...constants]);
  return results;
}

function agree(portable: boolean): void {
  before(() => usePortableKernels(portable));
  after(() => usePortableKernels(false));

  for (const [name, fused] of Object.entries(cases)) {
    it(name, async () => {
      const expected = await runOn("wasm", fused);
      await tf.setBackend("torch");
      const before = alive();
      const actual = await runOn("torch", fused);
      expect(alive(), "tensors and buffers alive").to.deep.equal(before);
      expect(actual).to.have.length(expected.length);
      actual.forEach((values, result) => {
        const wanted = expected[result]!;
        expect(values).to.have.length(wanted.length);
        const scale = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
        values.forEach((x, i) => {
          expect(x, `result ${result} at ${i}`).to.be.closeTo(wanted[i]!, scale * (fused.tolerance ?? 1e-5));
        });
      });
    });
  }

  it("AdamW", async () => {
    const step = {
      learningRate: 1e-2,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0.1,
      biasCorrection1: 0.19,
      biasCorrection2: 0.0199,
    };
    const results: Float32Array[][] = [];
    for (const backend of ["wasm", "torch"]) {
      await tf.setBackend(backend);
      const [weight, gradient, firstMoment] = [1, 2, 3].map((seed) => tf.tensor1d(numbers(33, seed)));
      const secondMoment = tf.tidy(() => tf.square(tf.tensor1d(numbers(33, 4))));
      const state = { weight: weight!, gradient: gradient!, firstMoment: firstMoment!, secondMoment };
      const updated = adamWUpdate(state, step);
      results.push(updated.map((one) => one.dataSync() as Float32Array));
      tf.dispose([updated, Object.values(state)]);
    }
    const [wasm, torch] = results as [Float32Array[], Float32Array[]];
    torch.forEach((values, part) => {
      values.forEach((x, i) => {
        expect(x, `part ${part}`).to.be.closeTo(wasm[part]![i]!, 1e-6);
      });
    });
  });
}

describeTorch("fused kernels agree with their composites on wasm:", () => {
  agree(false);
});

describeTorch("the ways for other devices agree with them too:", () => {
  agree(true);
});

describeTorch("fused kernels", () => {
  it("refuses targets outside the vocabulary instead of reading elsewhere", async () => {
    const logProbs = tf.tidy(
      () => tokenLogProbs(tf.ones([1, 2]), { weight: tf.ones([2, 3]) }, tf.tensor1d([3], "int32")).logProbs,
    );
    try {
      await logProbs.data();
      expect.fail("it was accepted");
    } catch (error) {
      expect(error).to.have.property("code", "ENGINE_OP_FAILED");
    }
    logProbs.dispose();
  });

  it("cover every fused kernel of nn", () => {
    const native = torchKernels.map(({ kernelName }) => kernelName);
    expect(native).to.include.members([...fusedKernelNames(), adamWKernel]);
  });
});
