import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { Grpo } from "../src/grpo.js";
import { grpoOptions } from "../src/options.js";
import { referencePolicy } from "../src/reference-policy.js";
import { attachToyAdapter, ToyBackbone } from "./support/toy-backbone.js";
import { ToyRun, toySample } from "./support/toy-run.js";
import { useWasm } from "./support/wasm.js";

const logits = Array.from({ length: 81 }, (_, index) => Math.sin(index));

/** Moves every weight of the table by `amount`. */
function shift(variable: tf.Variable, amount: number): void {
  const shifted = tf.add(variable, amount);
  variable.assign(shifted);
  shifted.dispose();
}

const noSync = { beta: 0.04, referenceSync: null };

describe("reference policy", () => {
  before(useWasm);

  it("is absent when beta is 0", () => {
    const backbone = new ToyBackbone();

    expect(referencePolicy({ beta: 0, referenceSync: null }, { adapter: null, variables: [] })).to.equal(
      null,
    );
    backbone.dispose();
  });

  it("is the model with the adapter off, at no memory", () => {
    const backbone = new ToyBackbone(logits);
    const adapter = attachToyAdapter(backbone);
    const before = tf.memory().numTensors;
    const reference = referencePolicy(noSync, { adapter, variables: adapter.variables })!;
    const pretrained = backbone.distribution(0);
    const trained = tf.tensor2d(logits.map(Math.cos), [9, 9]);
    adapter.variables[0]!.variable.assign(trained);
    trained.dispose();

    expect(backbone.distribution(0)).to.not.deep.equal(pretrained);
    expect(reference.during(() => backbone.distribution(0))).to.deep.equal(pretrained);
    expect(tf.memory().numTensors).to.equal(before);
    adapter.dispose();
    backbone.dispose();
  });

  it("is a frozen copy without an adapter, and the policy is itself again afterwards, errors included", () => {
    const backbone = new ToyBackbone(logits);
    const reference = referencePolicy(noSync, { adapter: null, variables: backbone.variables() })!;
    const original = [...backbone.table.dataSync()];
    shift(backbone.table, 1);
    const moved = [...backbone.table.dataSync()];
    const before = tf.memory().numTensors;

    expect(reference.during(() => [...backbone.table.dataSync()])).to.deep.equal(original);
    expect(() =>
      reference.during(() => {
        throw new Error("inside");
      }),
    ).to.throw("inside");
    expect([...backbone.table.dataSync()]).to.deep.equal(moved);
    expect(tf.memory().numTensors).to.equal(before);
    reference.dispose();
    backbone.dispose();
  });

  it("moves by the mixup share, weight by weight", () => {
    const backbone = new ToyBackbone(new Array<number>(81).fill(0));
    const reference = referencePolicy(noSync, { adapter: null, variables: backbone.variables() })!;
    shift(backbone.table, 2);

    reference.mix(0.25);

    expect(reference.during(() => [...backbone.table.dataSync()])).to.deep.equal(new Array(81).fill(0.5));
    reference.dispose();
    backbone.dispose();
  });

  it("lets the KL grow from zero and be cut by a sync", async () => {
    const backbone = new ToyBackbone();
    const options = grpoOptions.parse({
      accumulation: 1,
      maxNewTokens: 4,
      beta: 0.001,
      referenceSync: { every: 5, mixup: 1 },
    });
    const algorithm = new Grpo(options);
    const run = new ToyRun(algorithm, {
      backbone,
      reward: (text) => Buffer.from(text).reduce((total, byte) => total + byte, 0),
      learningRate: 2,
    });
    const kl: number[] = [];

    for (let step = 1; step <= 6; step++) kl.push((await run.step(step, [toySample("s")])).metrics["kl"]!);

    expect(kl[0]).to.equal(0);
    expect(kl[4]).to.be.greaterThan(0.001);
    expect(kl[5]).to.equal(0);
    algorithm.dispose();
    backbone.dispose();
  });

  it("comes back from a checkpoint whether it is loaded before or after the start", async () => {
    const directory = await mkdtemp(join(tmpdir(), "rarl-grpo-"));
    const backbone = new ToyBackbone(logits);
    const context = { backbone, adapter: null, variables: backbone.variables() };
    const options = grpoOptions.parse({});
    const original = [...backbone.table.dataSync()];
    const first = new Grpo(options);
    await first.start(context);
    shift(backbone.table, 1);
    await first.save(directory);

    for (const order of ["load", "start"] as const) {
      const resumed = new Grpo(options);
      if (order === "load") await resumed.load(directory);
      await resumed.start(context);
      if (order === "start") await resumed.load(directory);
      await resumed.save(join(directory));
      const reference = referencePolicy(noSync, context)!;
      await reference.load(directory);
      expect(reference.during(() => [...backbone.table.dataSync()])).to.deep.equal(original);
      reference.dispose();
      resumed.dispose();
    }
    first.dispose();
    backbone.dispose();
    await rm(directory, { recursive: true });
  });
});
