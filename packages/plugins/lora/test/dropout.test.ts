import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { recompute, valueAndGradients } from "@rarl-sdk/nn";
import { dropoutMask } from "../src/dropout-mask.js";
import { attach, useWasm, type Attached } from "./support/harness.js";
import { formula } from "./support/formula.js";

describe("dropout on the adapter's input", () => {
  let attached: Attached;
  let tensorsBefore = 0;
  before(useWasm);
  beforeEach(async () => {
    tensorsBefore = tf.memory().numTensors;
    attached = await attach({ dropout: 0.3 });
    const b = attached.linear("0.self_attn.q_proj").adaptation!.variables[1]!;
    tf.tidy(() => {
      b.assign(tf.tensor(formula("b", b.size), b.shape));
    });
  });
  afterEach(() => {
    attached.dispose();
    expect(tf.memory().numTensors, "tensors alive").to.equal(tensorsBefore);
  });

  /** Value and gradients of a loss through two passes of the layer, plainly or recomputed in the backward pass. */
  function lossAndGradients(recomputed: boolean, of = attached): number[] {
    const linear = of.linear("0.self_attn.q_proj");
    const variables = linear.adaptation!.variables;
    const x = tf.tensor2d(formula("x", 5 * 64, 1), [5, 64]);
    const layer = (input: Tensor): Tensor => tf.tanh(linear.forward(input as Tensor2D));
    const { value, gradients } = valueAndGradients(() => {
      const once = recomputed ? recompute(layer, [x], variables) : layer(x);
      return tf.sum(tf.square(recomputed ? recompute(layer, [once], variables) : layer(once)));
    }, variables);
    const numbers = [value, ...gradients].flatMap((tensor) => Array.from(tensor.dataSync()));
    tf.dispose([value, x, ...gradients]);
    return numbers;
  }

  function loss(of = attached): number {
    return lossAndGradients(false, of)[0]!;
  }

  it("acts in training and not otherwise", async () => {
    const linear = attached.linear("0.self_attn.q_proj");
    const [a, b] = linear.adaptation!.variables as unknown as [Tensor2D, Tensor2D];
    const error = tf.tidy(() => {
      const x = tf.tensor2d(formula("x", 5 * 64, 1), [5, 64]);
      const expected = tf.add(linear.base(x), tf.mul(tf.matMul(tf.matMul(x, a), b), 2));
      return tf.max(tf.abs(tf.sub(linear.forward(x), expected))).dataSync()[0];
    });
    expect(error).to.be.lessThan(1e-6);
    const without = await attach();
    for (const [index, { variable }] of without.adapter.variables.entries()) {
      variable.assign(attached.adapter.variables[index]!.variable);
    }
    expect(Math.abs(loss(without) - loss())).to.be.greaterThan(1e-3);
    without.dispose();
  });

  it("is the same again, recomputed too, until the weights change", () => {
    const plain = lossAndGradients(false);
    const again = lossAndGradients(true);
    for (const [index, value] of plain.entries()) expect(again[index]).to.be.closeTo(value, 1e-5);
    expect(loss()).to.equal(plain[0]);
    const b = attached.linear("0.self_attn.q_proj").adaptation!.variables[1]!;
    tf.tidy(() => {
      b.assign(tf.mul(b, 1 + 1e-6));
    });
    expect(Math.abs(loss() - plain[0]!)).to.be.greaterThan(1e-3);
  });

  it("drops the asked share and keeps the mean", () => {
    const mask = dropoutMask(7, 300, 500, 0.3);
    const values = mask.dataSync<"float32">();
    mask.dispose();
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(dropped).to.be.closeTo(0.3, 0.005);
    expect(values.every((value) => value === 0 || value === Math.fround(1 / 0.7))).to.equal(true);
    // Neighbours are independent: both dropped in 0.09 of the pairs.
    let pairs = 0;
    for (let i = 1; i < values.length; i++) if (values[i] === 0 && values[i - 1] === 0) pairs++;
    expect(pairs / values.length).to.be.closeTo(0.09, 0.005);
  });
});
