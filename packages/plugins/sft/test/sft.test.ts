import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { sftOptions, type SftOptions } from "../src/options.js";
import { Sft } from "../src/sft.js";
import { ToyBackbone } from "../../grpo/test/support/toy-backbone.js";
import { ToyRun, toySample } from "../../grpo/test/support/toy-run.js";
import { useWasm } from "../../grpo/test/support/wasm.js";

/** Three samples of different lengths: 3, 2 and 5 target tokens with the end token. */
const samples = [
  toySample("one", "a", { meta: { target: "bc" } }),
  toySample("two", "b", { meta: { target: "d" } }),
  toySample("three", "ca", { meta: { target: "bdfh" } }),
];

const sft = (options: Partial<SftOptions> = {}) => new Sft(sftOptions.parse({ batchSize: 3, ...options }));
const unevenLogits = Array.from({ length: 81 }, (_, index) => Math.sin(index));

describe("supervised fine-tuning", () => {
  before(useWasm);

  it("has the mean negative log-likelihood over all target tokens as its loss", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    // Transitions of the targets, by hand: a->b->c->end, b->d->end, a->b->d->f->h->end; ids are alphabet positions.
    const pairs = [
      [0, 1],
      [1, 2],
      [2, 8],
      [1, 3],
      [3, 8],
      [0, 1],
      [1, 3],
      [3, 5],
      [5, 7],
      [7, 8],
    ] as const;
    const expected = pairs.reduce(
      (total, [from, to]) => total - Math.log(backbone.distribution(from)[to]!) / pairs.length,
      0,
    );

    const report = await new ToyRun(sft(), { backbone, reward: () => 0 }).step(1, samples);

    expect(report.metrics["loss"]).to.be.closeTo(expected, 1e-6);
    expect(report.metrics["num_target_tokens"]).to.equal(pairs.length);
    expect(report.metrics["num_tokens"]).to.equal(pairs.length + 4);
    backbone.dispose();
  });

  it("has the same loss and gradients however the batch is cut into passes", async () => {
    const seen: { loss: number; gradients: number[]; passes: number }[] = [];
    for (const microBatch of [3, 2, 1]) {
      const backbone = new ToyBackbone(unevenLogits);
      let gradients: number[] = [];
      const run = new ToyRun(sft({ microBatch }), {
        backbone,
        reward: () => 0,
        onGradients: (values) => (gradients = values.flatMap((value) => [...value])),
      });
      const { metrics } = await run.step(1, samples);
      seen.push({ loss: metrics["loss"]!, gradients, passes: backbone.passes });
      backbone.dispose();
    }

    expect(seen.map(({ passes }) => passes)).to.deep.equal([1, 2, 3]);
    expect(seen[0]!.gradients.some((value) => Math.abs(value) > 0.01)).to.equal(true);
    for (const { loss, gradients } of seen.slice(1)) {
      expect(loss).to.be.closeTo(seen[0]!.loss, 1e-6);
      gradients.forEach((value, index) => {
        expect(value).to.be.closeTo(seen[0]!.gradients[index]!, 1e-7);
      });
    }
  });

  it("lowers the loss until the target is what the model says", async () => {
    const backbone = new ToyBackbone();
    const run = new ToyRun(sft({ batchSize: 1 }), { backbone, reward: () => 0, learningRate: 5 });
    const losses: number[] = [];

    for (let step = 1; step <= 40; step++)
      losses.push((await run.step(step, [samples[0]!])).metrics["loss"]!);

    expect(losses[0]).to.be.closeTo(Math.log(9), 1e-6);
    expect(losses.at(-1)).to.be.lessThan(0.05);
    expect(backbone.distribution(0)[1]).to.be.greaterThan(0.9);
    backbone.dispose();
  });

  it("holds as many tensors after step 20 as after step 2", async () => {
    const backbone = new ToyBackbone();
    const run = new ToyRun(sft({ microBatch: 2 }), { backbone, reward: () => 0 });
    const counts: number[] = [];

    for (let step = 1; step <= 20; step++) {
      await run.step(step, samples);
      counts.push(tf.memory().numTensors);
    }

    expect(counts[19]).to.equal(counts[1]);
    backbone.dispose();
  });

  it("refuses a target that does not fit into the context, naming the sample", async () => {
    const backbone = new ToyBackbone();
    const run = new ToyRun(sft(), { backbone, reward: () => 0 });
    const long = toySample("endless", "a", { meta: { target: "b".repeat(backbone.contextLength - 1) } });

    const failure = await run.step(1, [samples[0]!, long]).catch((error: unknown) => error);

    expect(failure).to.have.property("code", "TARGET_TOO_LONG");
    expect(failure).to.have.property("message").that.includes("endless");
    backbone.dispose();
  });

  it("frees everything when a later forward pass fails", async () => {
    const backbone = new ToyBackbone();
    const run = new ToyRun(sft({ microBatch: 2 }), { backbone, reward: () => 0 });
    await run.step(1, samples);
    const before = tf.memory().numTensors;
    const logProbs = backbone.logProbs.bind(backbone);
    let calls = 0;
    backbone.logProbs = (...request) => {
      if (++calls === 2) throw new Error("the device is gone");
      return logProbs(...request);
    };

    const failure: unknown = await run.step(2, samples).catch((error: unknown) => error);

    expect(failure).to.have.property("message", "the device is gone");
    expect(tf.memory().numTensors).to.equal(before);
    backbone.dispose();
  });

  it("leaves the weights alone and names the samples when the loss is not finite", async () => {
    const backbone = new ToyBackbone();
    backbone.fault = NaN;
    const run = new ToyRun(sft(), { backbone, reward: () => 0 });

    const report = await run.step(1, samples);

    expect(run.updates).to.equal(0);
    expect(run.values()).to.deep.equal(new Array(81).fill(0));
    expect(report.warnings.join()).to.include("one, two, three");
    expect(report.metrics).to.not.have.property("loss");
    backbone.dispose();
  });
});
