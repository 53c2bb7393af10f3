import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import type { NamedVariable } from "@rarl-sdk/core";
import { AdamW, adamWOptions } from "../../src/optimizer/adamw.js";
import { catalogueError, temporaryFolder } from "../safetensors/support.js";
import { useWasm } from "../support/wasm.js";

interface Case {
  betas: [number, number];
  epsilon: number;
  weightDecay: number;
  learningRates: number[];
  shapes: number[][];
  initial: number[][];
  steps: { gradients: number[][]; weights: number[][] }[];
}
const { cases } = JSON.parse(readFileSync(new URL("../fixtures/adamw.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function optimizerOf({ betas, epsilon, weightDecay }: Case): AdamW {
  return new AdamW(adamWOptions.parse({ betas, epsilon, weightDecay }));
}

function variablesOf({ initial, shapes }: Case): NamedVariable[] {
  return initial.map((values, index) => ({
    name: `weight.${index}`,
    variable: tf.tidy(() => tf.variable(tf.tensor(values, shapes[index], "float32"))),
  }));
}

/** Applies the recorded steps `from` up to `to`. */
function runSteps(
  optimizer: AdamW,
  variables: readonly NamedVariable[],
  run: Case,
  from: number,
  to: number,
): void {
  for (let step = from; step < to; step++) {
    tf.tidy(() => {
      const gradients = run.steps[step]!.gradients.map((values, index) =>
        tf.tensor(values, run.shapes[index]),
      );
      optimizer.apply(variables, gradients, run.learningRates[step]!);
    });
  }
}

function values(variables: readonly NamedVariable[]): number[][] {
  return variables.map(({ variable }) => Array.from(variable.dataSync()));
}

function disposeAll(variables: readonly NamedVariable[]): void {
  for (const { variable } of variables) variable.dispose();
}

describe("AdamW", () => {
  before(useWasm);

  for (const [number, run] of cases.entries()) {
    it(`takes the same steps as torch.optim.AdamW, case ${number}`, () => {
      const variables = variablesOf(run);
      const optimizer = optimizerOf(run);
      for (const [step, { weights }] of run.steps.entries()) {
        runSteps(optimizer, variables, run, step, step + 1);
        for (const [index, found] of values(variables).entries()) {
          for (const [place, value] of found.entries()) {
            expect(value, `step ${step}`).to.be.closeTo(weights[index]![place]!, 2e-6);
          }
        }
      }
      optimizer.dispose();
      disposeAll(variables);
    });
  }

  it("keeps the tensor count over 50 steps and frees everything in the end", () => {
    const run = cases[1]!;
    const before = tf.memory().numTensors;
    const variables = variablesOf(run);
    const optimizer = optimizerOf(run);
    runSteps(optimizer, variables, run, 0, 1);
    const afterFirst = tf.memory().numTensors;
    for (let step = 0; step < 50; step++) runSteps(optimizer, variables, run, step % 6, (step % 6) + 1);
    expect(tf.memory().numTensors).to.equal(afterFirst);
    optimizer.dispose();
    disposeAll(variables);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("rejects unknown options", () => {
    expect(adamWOptions.safeParse({ lr: 1 }).success).to.equal(false);
    expect(adamWOptions.parse({})).to.deep.equal({ betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 });
  });

  describe("saved state", () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    beforeEach(async () => {
      folder = await temporaryFolder();
    });
    afterEach(() => folder.remove());

    it("continues bit for bit", async () => {
      const run = cases[1]!;
      const [whole, halves] = [variablesOf(run), variablesOf(run)];
      const [straight, first, second] = [optimizerOf(run), optimizerOf(run), optimizerOf(run)];
      runSteps(straight, whole, run, 0, 6);
      runSteps(first, halves, run, 0, 3);
      await first.save(folder.path);
      await second.load(folder.path, halves);
      runSteps(second, halves, run, 3, 6);
      expect(values(halves)).to.deep.equal(values(whole));
      for (const optimizer of [straight, first, second]) optimizer.dispose();
      disposeAll([...whole, ...halves]);
    });

    it("can be saved and loaded before the first step", async () => {
      const run = cases[0]!;
      const variables = variablesOf(run);
      const optimizer = optimizerOf(run);
      await optimizer.save(folder.path);
      await optimizer.load(folder.path, variables);
      runSteps(optimizer, variables, run, 0, 1);
      expect(values(variables)[0]![0]).to.be.closeTo(run.steps[0]!.weights[0]![0]!, 2e-6);
      optimizer.dispose();
      disposeAll(variables);
    });

    it("is refused for other names or shapes, and when a file is missing or damaged", async () => {
      const run = cases[0]!;
      const variables = variablesOf(run);
      const optimizer = optimizerOf(run);
      runSteps(optimizer, variables, run, 0, 1);
      await optimizer.save(folder.path);
      const tensorsBefore = tf.memory().numTensors;
      const refusal = async (wanted: readonly NamedVariable[]) => {
        const error = await catalogueError(optimizer.load(folder.path, wanted));
        expect(error.code).to.equal("OPTIMIZER_STATE_MISMATCH");
        return error.message;
      };
      const [one, two] = variables as [NamedVariable, NamedVariable];
      expect(await refusal([one])).to.include('"weight.1", which is not trained');
      expect(await refusal([one, two, { ...two, name: "extra" }])).to.include('no state of "extra"');
      expect(await refusal([one, { ...one, name: two.name }]))
        .to.include("[4]")
        .and.include("[3, 2]");
      // A refused load leaves what was there.
      expect(tf.memory().numTensors).to.equal(tensorsBefore);
      await writeFile(join(folder.path, "optimizer.json"), '{"formatVersion":1}');
      expect(await refusal(variables)).to.include("optimizer.json");
      await rm(join(folder.path, "optimizer.json"));
      expect((await catalogueError(optimizer.load(folder.path, variables))).code).to.equal(
        "CHECKPOINT_FILE_MISSING",
      );
      optimizer.dispose();
      disposeAll(variables);
    });
  });
});
