import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { parse } from "yaml";
import { readRunRecord } from "@rarl-sdk/core";
import { readTrainerState } from "../../src/run/trainer-state.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { toyDataset } from "../support/toy-plugin.js";
import { recordsOf, toyRun } from "../support/toy-run.js";

describe("a training run", () => {
  before(async () => {
    await tf.setBackend("wasm");
  });

  it("leaves the whole run folder behind", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["data.evaluation.test.name=toy-questions", "training.evaluateBefore=true"];
      const end = await toyRun({ directory, set: [...set, "training.evaluateAfter=true"] });
      expect(end.status).to.equal("finished");
      expect(end.lastStep).to.equal(6);
      expect(end.evaluations.map(({ label }) => label)).to.deep.equal(["test-before", "test"]);
      expect(end.directory.startsWith(join(directory, "runs", "toy-"))).to.be.true;
      expect((await readdir(end.directory)).sort()).to.deep.equal([
        "adapter",
        "checkpoints",
        "completions.jsonl",
        "config.yaml",
        "eval",
        "events.jsonl",
        "metrics.jsonl",
        "run.json",
      ]);
      expect(await readdir(join(end.directory, "adapter"))).to.deep.equal(["delta.json"]);
      expect((await readdir(join(end.directory, "checkpoints"))).sort()).to.deep.equal([
        "checkpoint-2",
        "checkpoint-4",
        "checkpoint-6",
      ]);
      const config = parse(await readFile(join(end.directory, "config.yaml"), "utf8")) as Record<
        string,
        unknown
      >;
      expect(config["adapter"]).to.deep.equal({ name: "delta" });
      const record = await readRunRecord(end.directory);
      expect(record).to.include({ status: "finished", lastStep: 6, totalSteps: 6, seed: 5, error: null });
      expect(record.engine).to.deep.equal({ name: "toy-wasm", version: "4.22", device: "cpu" });
      expect(record.parameters).to.deep.equal({ total: 80, trainable: 80 });
      expect(record.fingerprints.data).to.deep.equal({ train: "toy-7", test: "toy-7" });
      expect(record.fingerprints.checkpoint).to.equal("bigram-1");
      expect(record.fingerprints.config).to.match(/^[0-9a-f]{64}$/);
      const events = (await recordsOf(end.directory, "events.jsonl")).map(({ event }) => event);
      expect(events).to.deep.equal([
        "started",
        "evaluated",
        "checkpoint",
        "checkpoint",
        "checkpoint",
        "evaluated",
        "finished",
      ]);
    }));

  it("writes one line of metrics a step and one of completions a completion", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory });
      const metrics = await recordsOf(run, "metrics.jsonl");
      expect(metrics.map(({ step }) => step)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(metrics.map(({ epoch }) => epoch)).to.deep.equal([2, 4, 6, 8, 10, 12].map((n) => n / 7));
      expect(metrics[0]!["learning_rate"]).to.equal(0);
      expect(metrics[2]!["learning_rate"]).to.equal(0.5);
      for (const line of metrics) expect(line).to.include.keys("reward", "loss", "grad_norm", "tensors");
      const completions = await recordsOf(run, "completions.jsonl");
      expect(completions).to.have.length(6 * 2 * 4);
      expect(completions[0]).to.include.keys("step", "style", "think", "answer", "rewards", "advantage");
      const state = await readTrainerState(join(run, "checkpoints", "checkpoint-6"));
      expect(state.global_step).to.equal(6);
      expect(state.epoch).to.equal(12 / 7);
      expect(state.log_history.map(({ step }) => step)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    }));

  it("tells which records its data sets set aside", () =>
    withTemporaryDirectory(async (directory) => {
      const warnings: (readonly string[])[] = [];
      const problems = [
        { file: "toy.jsonl", record: 3, message: "toy.jsonl, record 3 has no answer" },
        { file: "toy.jsonl", record: 5, message: "toy.jsonl, record 5 has no image" },
      ];
      const { directory: run } = await toyRun({
        directory,
        tap: ({ hooks }) => {
          hooks.dataset.tap("gaps", ({ role }) =>
            role === "train" ? { ...toyDataset("gaps", 7), problems } : undefined,
          );
          hooks.step.tap("watch", ({ report }) => {
            warnings.push(report.warnings);
          });
        },
      });
      const events = await recordsOf(run, "events.jsonl");
      const event = events.find((each) => each["event"] === "records_set_aside");
      expect(event).to.deep.include({ dataset: "train", problems });
      expect(events[0]).to.deep.nested.include({ "data.train": { kept: 7, setAside: 2, leftOut: 0 } });
      expect(warnings[0]?.join()).to.include("2 records of the data set train").and.include("record 3");
      expect(warnings.slice(1).flat()).to.deep.equal([]);
    }));

  it("learns: the rewarded word becomes more frequent", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["training.steps=60", "training.checkpointEvery=100", "algorithm.groupSize=8"];
      const { directory: run } = await toyRun({ directory, set });
      const rewards = (await recordsOf(run, "metrics.jsonl")).map(({ reward }) => reward as number);
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(rewards.slice(-10))).to.be.above(mean(rewards.slice(0, 10)) + 0.2);
    }));

  it("has as many tensors after step 50 as after step 2, and none are left at its end", () =>
    withTemporaryDirectory(async (directory) => {
      for (const adapter of ['adapter={name: "delta"}', "adapter=null"]) {
        const set = [adapter, "model.train=true", "training.steps=50", "optimizer.maxGradNorm=0.01"];
        const before = tf.memory().numTensors;
        const evaluation = ["data.evaluation.test.name=toy-questions", "training.evaluateEvery=10"];
        const { directory: run } = await toyRun({ directory, set: [...set, ...evaluation] });
        expect(tf.memory().numTensors).to.equal(before);
        const tensors = (await recordsOf(run, "metrics.jsonl")).map((line) => line["tensors"]);
        expect(tensors).to.have.length(50);
        expect(tensors[49]).to.equal(tensors[1]);
      }
    }));

  it("saves the whole model when there is no adapter", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory, set: ["adapter=null", "model.train=true"] });
      expect(await readdir(join(run, "model"))).to.deep.equal(["model.json"]);
      expect(await readdir(join(run, "checkpoints", "checkpoint-6"))).to.include("model.json");
    }));

  it("keeps the newest checkpoints only", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["training.checkpointEvery=1", "training.keepCheckpoints=2"];
      const { directory: run } = await toyRun({ directory, set });
      expect((await readdir(join(run, "checkpoints"))).sort()).to.deep.equal([
        "checkpoint-5",
        "checkpoint-6",
      ]);
    }));

  it("derives its steps from the epochs", () =>
    withTemporaryDirectory(async (directory) => {
      const { lastStep } = await toyRun({ directory, set: ["training.steps=null", "training.epochs=2"] });
      expect(lastStep).to.equal(7);
    }));

  it("tells its story through the hooks in their order", () =>
    withTemporaryDirectory(async (directory) => {
      const fired: string[] = [];
      await toyRun({
        directory,
        set: ["training.steps=1", "data.evaluation.test.name=toy-questions", "training.evaluateAfter=true"],
        tap: ({ hooks }) => {
          for (const [name, hook] of Object.entries(hooks)) hook.intercept({ call: () => fired.push(name) });
        },
      });
      const withoutRepeats = fired.filter((name, index) => name !== fired[index - 1]);
      expect(withoutRepeats).to.deep.equal([
        ...["configured", "engine", "backbone", "adapt", "dataset", "started"],
        ...["prompt", "rollout", "score", "advantages", "update", "step", "checkpoint"],
        ...["evaluate", "prompt", "rollout", "score", "evaluated", "finished"],
      ]);
    }));

  it("opens everything in a dry run and leaves nothing behind", () =>
    withTemporaryDirectory(async (directory) => {
      const before = tf.memory().numTensors;
      const end = await toyRun({ directory, dryRun: true });
      expect(end.status).to.equal("checked");
      expect(tf.memory().numTensors).to.equal(before);
      expect(await readdir(join(directory, "runs"))).to.deep.equal([]);
    }));
});
