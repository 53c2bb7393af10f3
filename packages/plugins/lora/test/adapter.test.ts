import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { valueAndGradients } from "@rarl-sdk/nn";
import { attach, useWasm, type Attached } from "./support/harness.js";
import { formula } from "./support/formula.js";

/** Output of a layer on fixed rows. */
function outputOf(attached: Attached, ending: string): Float32Array {
  const linear = attached.linear(ending);
  return tf.tidy(() => linear.forward(inputOf(linear.inFeatures)).dataSync<"float32">());
}

function inputOf(features: number): Tensor2D {
  return tf.tensor2d(formula("x", 3 * features, 1), [3, features]);
}

/** Gives every B values, so that the adapter changes something. */
function fillB({ adapter }: Attached): void {
  for (const { name, variable } of adapter.variables) {
    if (name.includes("lora_B")) {
      tf.tidy(() => {
        variable.assign(tf.tensor(formula(name, variable.size), variable.shape));
      });
    }
  }
}

function difference(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index]!)), 0);
}

describe("a LoRA adapter", () => {
  let attached: Attached;
  let tensorsBefore = 0;

  before(useWasm);
  beforeEach(async () => {
    tensorsBefore = tf.memory().numTensors;
    attached = await attach();
  });
  afterEach(() => {
    attached.dispose();
    expect(tf.memory().numTensors, "tensors alive").to.equal(tensorsBefore);
  });

  it("adapts q, k, v and o of the language model by default and never the vision tower", () => {
    const adapted = attached.linears.filter(({ adaptation }) => adaptation !== null).map(({ name }) => name);
    expect(adapted).to.have.length(8);
    expect(adapted.every((name) => /language_model.*\.[qkvo]_proj$/.test(name))).to.equal(true);
    expect(attached.adapter.variables).to.have.length(16);
    expect(attached.adapter.variables[0]!.name).to.equal(
      "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight",
    );
    expect(attached.adapter.variables.map(({ variable }) => variable.shape).slice(2, 4)).to.deep.equal([
      [64, 8],
      [8, 32],
    ]);
  });

  it("starts as the base model: B zero, A uniform within 1/sqrt(in), by the seed alone", async () => {
    const [a, b] = attached.adapter.variables.map(({ variable }) => variable.dataSync<"float32">());
    expect(b!.every((value) => value === 0)).to.equal(true);
    expect(Math.max(...a!)).to.be.within(0.11, 0.125);
    expect(Math.min(...a!)).to.be.within(-0.125, -0.11);
    const mean = a!.reduce((sum, value) => sum + value, 0) / a!.length;
    expect(Math.abs(mean)).to.be.lessThan(0.01);
    const adapted = outputOf(attached, "0.self_attn.q_proj");
    const base = attached.adapter.withDisabled(() => outputOf(attached, "0.self_attn.q_proj"));
    expect(adapted).to.deep.equal(base);
    const [again, other] = [await attach({}, 1), await attach({}, 2)];
    expect(again.adapter.variables[0]!.variable.dataSync()).to.deep.equal(a);
    expect(other.adapter.variables[0]!.variable.dataSync()).to.not.deep.equal(a);
    again.dispose();
    other.dispose();
  });

  it("computes the same through the fused product and through the base layer", () => {
    fillB(attached);
    const kinds = new Set<boolean>();
    for (const linear of attached.linears.filter(({ adaptation }) => adaptation !== null)) {
      kinds.add("bias" in linear);
      const { variables } = linear.adaptation!;
      const difference = tf.tidy(() => {
        const x = inputOf(linear.inFeatures);
        const [a, b] = variables as unknown as [Tensor2D, Tensor2D];
        const expected = tf.add(linear.base(x), tf.mul(tf.matMul(tf.matMul(x, a), b), 2));
        return tf.max(tf.abs(tf.sub(linear.forward(x), expected))).dataSync()[0]!;
      });
      expect(difference).to.be.lessThan(1e-6);
    }
    expect(kinds.size).to.equal(2);
  });

  it("gives gradients to A and B alone", () => {
    fillB(attached);
    for (const ending of ["0.self_attn.q_proj", "0.self_attn.k_proj"]) {
      const linear = attached.linear(ending);
      const variables = linear.adaptation!.variables;
      const x = inputOf(linear.inFeatures);
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.square(linear.forward(x))), variables);
      for (const gradient of gradients) {
        expect(tf.tidy(() => tf.norm(gradient).dataSync()[0])).to.be.greaterThan(1);
      }
      tf.dispose([value, x, ...gradients]);
    }
  });

  it("is off inside withDisabled, nested or not, and on again after an error or a rejection", async () => {
    fillB(attached);
    const { adapter } = attached;
    const output = () => outputOf(attached, "1.self_attn.v_proj");
    const adapted = output();
    const inner = adapter.withDisabled(() => {
      const once = output();
      const twice = adapter.withDisabled(output);
      expect(output()).to.deep.equal(once);
      expect(twice).to.deep.equal(once);
      return once;
    });
    expect(difference(inner, adapted)).to.be.greaterThan(0.01);
    expect(output()).to.deep.equal(adapted);
    expect(() =>
      adapter.withDisabled(() => {
        throw new Error("stop");
      }),
    ).to.throw("stop");
    expect(output()).to.deep.equal(adapted);
    const rejected = adapter.withDisabled(async () => {
      await Promise.resolve();
      expect(output()).to.deep.equal(inner);
      throw new Error("later");
    });
    expect(output()).to.deep.equal(inner);
    expect(await rejected.catch((error: unknown) => (error as Error).message)).to.equal("later");
    expect(output()).to.deep.equal(adapted);
  });

  it("merges into the weights and detaches", () => {
    fillB(attached);
    const endings = ["0.self_attn.q_proj", "1.self_attn.o_proj"];
    const adapted = endings.map((ending) => outputOf(attached, ending));
    attached.adapter.merge();
    expect(attached.linears.every(({ adaptation }) => adaptation === null)).to.equal(true);
    for (const [index, ending] of endings.entries()) {
      expect(difference(outputOf(attached, ending), adapted[index]!)).to.be.lessThan(2e-6);
    }
  });

  it("keeps no tensors of forward and backward passes", () => {
    const linear = attached.linear("0.self_attn.q_proj");
    const pass = () => {
      const x = inputOf(linear.inFeatures);
      const { value, gradients } = valueAndGradients(
        () => tf.sum(linear.forward(x)),
        linear.adaptation!.variables,
      );
      tf.dispose([value, x, ...gradients]);
      attached.adapter.withDisabled(() => outputOf(attached, "0.self_attn.k_proj"));
    };
    pass();
    const afterFirst = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) pass();
    expect(tf.memory().numTensors).to.equal(afterFirst);
  });
});
