import type { Sample, StepLoad, StepReport } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import type { z } from "zod";
import { Grpo } from "../src/grpo.js";
import { grpoOptions } from "../src/options.js";
import { attachToyAdapter, ToyBackbone } from "./support/toy-backbone.js";
import { ToyRun, toySample, type ToyRunOptions } from "./support/toy-run.js";
import { useWasm } from "./support/wasm.js";

const small = { groupSize: 8, accumulation: 1, maxNewTokens: 4, beta: 0 } as const;
const grpo = (options: z.input<typeof grpoOptions> = {}) =>
  new Grpo(grpoOptions.parse({ ...small, ...options }));
const sample = toySample("first");
/** A reward that hardly ever is the same for a whole group. */
const characterSum = (text: string) => Buffer.from(text).reduce((total, byte) => total + byte, 0);
const rewardB = (text: string) => (text.startsWith("b") ? 1 : 0);
const unevenLogits = Array.from({ length: 81 }, (_, index) => Math.sin(index * 3));

/** Runs one step on a fresh backbone and gives its gradients along with the report. */
async function gradientsOf(
  options: z.input<typeof grpoOptions>,
  samples: readonly Sample[],
  extra: Partial<ToyRunOptions> = {},
): Promise<{ report: StepReport; gradients: number[][]; passes: number }> {
  const backbone = extra.backbone ?? new ToyBackbone(unevenLogits);
  const gradients: number[][] = [];
  const run = new ToyRun(grpo(options), {
    reward: (text) => text.length,
    ...extra,
    backbone,
    onGradients: (values) => gradients.push(values.flatMap((value) => [...value])),
  });
  const report = await run.step(1, samples);
  backbone.dispose();
  return { report, gradients, passes: backbone.passes };
}

function expectClose(actual: readonly number[], expected: readonly number[], within: number): void {
  expect(actual).to.have.length(expected.length);
  actual.forEach((value, index) => {
    expect(value).to.be.closeTo(expected[index]!, within);
  });
}

describe("GRPO on a two-armed problem", () => {
  before(useWasm);

  for (const [name, options] of Object.entries({
    "the paper's loss": {},
    bnpo: { lossType: "bnpo" },
    dr_grpo: { lossType: "dr_grpo" },
    dapo: { lossType: "dapo" },
    "sequence ratios and two updates": { importanceSampling: "sequence", updatesPerRollout: 2 },
  } as Record<string, z.input<typeof grpoOptions>>))
    it(`raises the better arm's probability under ${name}`, async () => {
      const backbone = new ToyBackbone();
      // Undivided by the deviation and by the longest length, dr_grpo's gradients are the smallest.
      const learningRate = options.lossType === "dr_grpo" ? 4 : 0.5;
      const run = new ToyRun(grpo(options), { backbone, reward: rewardB, learningRate });
      const before = backbone.distribution(0)[1]!;

      for (let step = 1; step <= 30; step++) await run.step(step, [sample]);

      expect(before).to.be.closeTo(1 / 9, 1e-6);
      expect(backbone.distribution(0)[1]).to.be.greaterThan(2 * before);
      backbone.dispose();
    });

  it("changes nothing at all under a flat reward", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const run = new ToyRun(grpo(), { backbone, reward: () => 0.7 });
    const before = run.values();

    const report = await run.step(1, [sample]);

    expect(run.values()).to.deep.equal(before);
    expect(run.updates).to.equal(0);
    expect(backbone.passes).to.equal(0);
    expect(report.metrics["frac_reward_zero_std"]).to.equal(1);
    expect(report.completions.map(({ advantage }) => advantage)).to.deep.equal(new Array(8).fill(0));
    backbone.dispose();
  });
});

describe("a GRPO step", () => {
  before(useWasm);

  const samples = [toySample("p", "a"), toySample("q", "b"), toySample("r", "c"), toySample("s", "d")];

  it("has the policy gradient of its own completions", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const { report, gradients } = await gradientsOf({}, [sample], {
      backbone: new ToyBackbone(unevenLogits),
    });
    // d/dlogit of -1/G sum_i A_i/L_i sum_t log pi: -(A_i / (G L_i)) (onehot - p) at the row of the token before.
    const expected = new Array<number>(81).fill(0);
    for (const { completion, finishReason, advantage } of report.completions) {
      const ids = [...backbone.tokenize(completion), ...(finishReason === "stop" ? [8] : [])];
      [0, ...ids].slice(0, -1).forEach((from, token) => {
        backbone.distribution(from).forEach((probability, to) => {
          const scale = -advantage / (report.completions.length * ids.length);
          expected[from * 9 + to]! += scale * ((ids[token] === to ? 1 : 0) - probability);
        });
      });
    }

    expectClose(gradients[0]!, expected, 1e-6);
    expect(Math.max(...expected)).to.be.greaterThan(0.01);
    backbone.dispose();
  });

  it("has the same gradients however its groups are cut into passes", async () => {
    for (const lossType of ["grpo", "bnpo", "dr_grpo", "dapo"] as const) {
      const options = { lossType, promptsPerStep: 2, accumulation: 2, beta: 0.04 };
      const whole = await gradientsOf({ ...options, microBatch: 4 }, samples);
      const single = await gradientsOf({ ...options, microBatch: 1 }, samples);

      expect(single.passes).to.be.greaterThan(whole.passes);
      expectClose(single.gradients[0]!, whole.gradients[0]!, 1e-6);
    }
  });

  it("has the same gradients when memory makes it cut groups and recompute", async () => {
    const options = { promptsPerStep: 2, accumulation: 2, beta: 0.04 };
    const whole = await gradientsOf(options, samples);
    const backbone = new ToyBackbone(unevenLogits);
    const algorithm = grpo(options);
    const needs = { rollout: 0, pass: 0 };
    const counting = Object.assign(Object.create(backbone) as ToyBackbone, {
      // Room for three completions at a time, and for all rollouts.
      stepMemory: ({ pass }: StepLoad) => ({ ...needs, pass: pass.prompts * pass.completions }),
    });
    algorithm.fitMemory({ bytes: 3, promptTokens: 1 }, counting);
    const gradients: number[][] = [];
    const run = new ToyRun(algorithm, {
      backbone,
      reward: (text) => text.length,
      onGradients: (values) => gradients.push(values.flatMap((value) => [...value])),
    });
    await run.step(1, samples);

    expect(backbone.passes).to.be.greaterThan(whole.passes);
    expectClose(gradients[0]!, whole.gradients[0]!, 1e-6);
    backbone.dispose();
  });

  it("samples the next prompts while the rewards of those before are computed", async () => {
    let rollouts = 0;
    let isSampledAgain: () => void = () => undefined;
    const sampledAgain = new Promise<void>((resolve) => (isSampledAgain = resolve));
    const backbone = new ToyBackbone(unevenLogits);
    const before = [...backbone.table.dataSync()];
    const run = new ToyRun(grpo({ promptsPerStep: 2, rolloutPrompts: 1 }), {
      backbone,
      reward: (text) => text.length,
      // Would never come to be if scoring came first.
      onScore: () => sampledAgain,
    });
    run.hooks.rollout.tap({ name: "watch", stage: -1 }, () => {
      expect([...backbone.table.dataSync()]).to.deep.equal(before);
      if (++rollouts === 2) isSampledAgain();
      return undefined;
    });
    const report = await run.step(1, samples.slice(0, 2));

    expect(rollouts).to.equal(2);
    expect(report.completions.map(({ sampleId }) => sampleId)).to.deep.equal([
      ...new Array<string>(8).fill(samples[0]!.id),
      ...new Array<string>(8).fill(samples[1]!.id),
    ]);
    expect(run.updates).to.equal(1);
    backbone.dispose();
  });

  it("fails with the reward's error, whatever else is sampled meanwhile", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const run = new ToyRun(grpo({ promptsPerStep: 2, rolloutPrompts: 1 }), {
      backbone,
      reward: (text) => text.length,
      onScore: () => Promise.reject(new Error("the judge is away")),
    });
    const failure = await run.step(1, samples.slice(0, 2)).catch(String);
    expect(failure).to.equal("Error: the judge is away");
    backbone.dispose();
  });

  it("agrees with the sampled log-probs to rounding", async () => {
    const { report } = await gradientsOf({ temperature: 0.7 }, samples);

    expect(report.metrics["logprob_gap"]).to.be.within(0, 1e-6);
    expect(report.metrics["logprob_gap/max"]).to.be.within(0, 1e-5);
  });

  it("leaves groups without variance out of the passes but not out of the averages", async () => {
    const reward = (text: string, { id }: Sample) => (id === "q" ? 1 : text.length);
    const mixed = await gradientsOf({ accumulation: 2, microBatch: 1 }, samples.slice(0, 2), { reward });
    const alone = await gradientsOf({ accumulation: 1 }, samples.slice(0, 1), { reward });

    expect(mixed.passes).to.equal(1);
    expect(mixed.report.metrics["frac_reward_zero_std"]).to.equal(0.5);
    expect(Math.max(...alone.gradients[0]!)).to.be.greaterThan(0.01);
    // The sampled completions of the first group are drawn first, so they are the same in both runs.
    expectClose(
      mixed.gradients[0]!,
      alone.gradients[0]!.map((value) => value / 2),
      1e-6,
    );
  });

  it("spends no forward on old log-probs with one update, nor on a reference without beta", async () => {
    expect((await gradientsOf({}, [sample])).passes).to.equal(1);
    expect((await gradientsOf({ beta: 0.1 }, [sample])).passes).to.equal(2);
    expect((await gradientsOf({ updatesPerRollout: 3 }, [sample])).passes).to.equal(3);
  });

  it("holds later updates of a rollout to the policy that sampled", async () => {
    const options = { updatesPerRollout: 3, importanceSampling: "token" } as const;
    const backbone = new ToyBackbone(unevenLogits);
    const { report, gradients } = await gradientsOf(options, [sample], { backbone, learningRate: 20 });

    expect(report.metrics["num_updates"]).to.equal(3);
    expect(report.metrics["clip_ratio/region_mean"]).to.be.greaterThan(0.05);
    // Clipped tokens give no gradient: what is left is smaller than the first.
    const size = (values: readonly number[]) => Math.hypot(...values);
    expect(size(gradients[2]!)).to.be.lessThan(size(gradients[0]!));
  });

  it("leaves truncated completions out when they are masked", async () => {
    const reward = (text: string) => (text.startsWith("b") ? 1 : text.length / 10);
    const { report, gradients } = await gradientsOf({ maskTruncated: true, groupSize: 16 }, [sample], {
      reward,
    });
    const all = await gradientsOf({ groupSize: 16 }, [sample], { reward });
    const cut = report.completions.filter(({ finishReason }) => finishReason === "length");

    expect(cut.length).to.be.within(1, 15);
    expect(report.metrics["completions/clipped_ratio"]).to.equal(cut.length / 16);
    // Rows only reached by truncated completions get no gradient; the averages are over those left.
    const backbone = new ToyBackbone(unevenLogits);
    const left = report.completions.filter(({ finishReason }) => finishReason === "stop");
    const expected = new Array<number>(81).fill(0);
    for (const { completion, advantage } of left) {
      const ids = [...backbone.tokenize(completion), 8];
      [0, ...ids].slice(0, -1).forEach((from, token) => {
        backbone.distribution(from).forEach((probability, to) => {
          expected[from * 9 + to]! -=
            (advantage / (left.length * ids.length)) * ((ids[token] === to ? 1 : 0) - probability);
        });
      });
    }
    expectClose(gradients[0]!, expected, 1e-6);
    expect(gradients[0]).to.not.deep.equal(all.gradients[0]);
    backbone.dispose();
  });

  it("warns when more than half of the completions are cut", async () => {
    const never = unevenLogits.map((logit, index) => (index % 9 === 8 ? -30 : logit));
    const { report } = await gradientsOf({}, [sample], { backbone: new ToyBackbone(never), reward: rewardB });

    expect(report.metrics["completions/clipped_ratio"]).to.equal(1);
    expect(report.warnings.join()).to.include("100 % of the completions were cut at maxNewTokens (4)");
  });

  it("applies the over-length penalty to reward and record alike", async () => {
    const { report } = await gradientsOf({ overlong: { start: 2, cap: 4 } }, [sample], { reward: rewardB });

    for (const { completion, finishReason, rewards, reward } of report.completions) {
      const length = completion.length + (finishReason === "stop" ? 1 : 0);
      expect(rewards["overlong"]).to.equal(length <= 2 ? 0 : length === 3 ? -0.5 : -1);
      expect(reward).to.equal(rewards["toy"]! + rewards["overlong"]!);
    }
    expect(report.metrics["rewards/overlong/mean"]).to.be.lessThan(0);
  });

  it("replaces flat groups by further samples under dynamic sampling, within its tries", async () => {
    const asked: number[] = [];
    const moreSamples = (count: number) => {
      asked.push(count);
      return [toySample(asked.length === 1 ? "flat" : "varying", "a")].slice(0, count);
    };
    const reward = (text: string, { id }: Sample) => (id === "varying" ? characterSum(text) : 1);
    const { report } = await gradientsOf({ dynamicSampling: { maxTries: 3 } }, [sample], {
      reward,
      moreSamples,
    });

    expect(asked).to.deep.equal([1, 1]);
    expect(report.metrics["dynamic_sampling/discarded"]).to.equal(2);
    expect(report.metrics["frac_reward_zero_std"]).to.equal(0);
    expect(
      report.completions.map(({ sampleId }) => sampleId).filter((id) => id === "varying"),
    ).to.have.length(8);
    expect(report.completions).to.have.length(24);
    expect(report.metrics["num_updates"]).to.equal(1);
  });

  it("lets a tap on the advantages hook have the last word", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const run = new ToyRun(grpo(), { backbone, reward: rewardB });
    run.hooks.advantages.tap("mine", (batch) => ({ ...batch, advantages: batch.rewards.map(() => 0) }));

    const report = await run.step(1, [sample]);

    expect(run.updates).to.equal(0);
    expect(report.completions.every(({ advantage }) => advantage === 0)).to.equal(true);
    backbone.dispose();
  });

  it("leaves the weights alone and names the samples when the loss is not finite", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    backbone.fault = NaN;
    const run = new ToyRun(grpo(), { backbone, reward: (text) => text.length });
    const before = run.values();

    const report = await run.step(1, [sample]);

    expect(run.updates).to.equal(0);
    expect(run.values()).to.deep.equal(before);
    expect(report.metrics["num_updates"]).to.equal(0);
    expect(report.warnings.join()).to.include("(samples first)");
    for (const value of Object.values(report.metrics)) expect(value).to.satisfy(Number.isFinite);
    backbone.dispose();
  });

  it("reports under the field's names and records every completion", async () => {
    const { report } = await gradientsOf({ accumulation: 2, beta: 0.04 }, samples.slice(0, 2));

    expect(report.metrics).to.include.all.keys(
      ..."reward reward_std rewards/toy/mean rewards/toy/std frac_reward_zero_std kl entropy loss".split(" "),
      ..."grad_norm learning_rate logprob_gap num_tokens clip_ratio/low_mean clip_ratio/high_mean".split(" "),
      ..."clip_ratio/region_mean completions/mean_length completions/min_length completions/max_length".split(
        " ",
      ),
      "completions/clipped_ratio",
    );
    expect(report.completions).to.have.length(16);
    expect(report.completions[0]).to.include({ sampleId: "p", style: "toy", prompt: "a", reference: "b" });
    const rewards = report.completions.map(({ reward }) => reward);
    expect(report.metrics["reward"]).to.be.closeTo(
      rewards.reduce((sum, value) => sum + value, 0) / 16,
      1e-12,
    );
  });

  it("holds as many tensors after step 20 as after step 2", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const algorithm = grpo({
      accumulation: 2,
      beta: 0.04,
      updatesPerRollout: 2,
      topEntropyQuantile: 0.5,
      importanceSampling: "sequence",
      referenceSync: { every: 3, mixup: 0.5 },
    });
    const run = new ToyRun(algorithm, { backbone, reward: (text) => text.length });
    const counts: number[] = [];

    for (let step = 1; step <= 20; step++) {
      await run.step(step, samples.slice(0, 2));
      counts.push(tf.memory().numTensors);
    }

    expect(counts[19]).to.equal(counts[1]);
    algorithm.dispose();
    backbone.dispose();
  });

  it("frees everything when a forward pass fails, be it of the reference or of the policy", async () => {
    for (const failing of [2, 3, 4]) {
      const backbone = new ToyBackbone(unevenLogits);
      const algorithm = grpo({ accumulation: 2, beta: 0.04 });
      const run = new ToyRun(algorithm, { backbone, reward: (text) => text.length });
      await run.step(1, samples.slice(0, 2));
      const before = tf.memory().numTensors;
      const logProbs = backbone.logProbs.bind(backbone);
      let calls = 0;
      backbone.logProbs = (...request) => {
        // Two reference passes come first, then two of the policy.
        if (++calls === failing) throw new Error("the device is gone");
        return logProbs(...request);
      };

      const failure: unknown = await run.step(2, samples.slice(0, 2)).catch((error: unknown) => error);

      expect(failure).to.have.property("message", "the device is gone");
      expect(tf.memory().numTensors, `after call ${failing}`).to.equal(before);
      algorithm.dispose();
      backbone.dispose();
    }
  });

  it("trains an adapter and leaves the backbone's own weights as they were", async () => {
    const backbone = new ToyBackbone(unevenLogits);
    const adapter = attachToyAdapter(backbone);
    const table = [...backbone.table.dataSync()];
    const run = new ToyRun(grpo({ beta: 0.04 }), { backbone, adapter, reward: rewardB, learningRate: 0.5 });

    for (let step = 1; step <= 10; step++) await run.step(step, [sample]);

    expect([...backbone.table.dataSync()]).to.deep.equal(table);
    expect(run.values().some((value) => value !== 0)).to.equal(true);
    adapter.dispose();
    backbone.dispose();
  });
});
