import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readRunRecord } from "@rarl-sdk/core";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { recordsOf, toyRun } from "../support/toy-run.js";

const never = new AbortController().signal;

describe("interrupting a run", () => {
  it("once finishes the step and writes its checkpoint", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const end = await toyRun({
        directory,
        signal: { step: stop.signal, now: never },
        tap: ({ hooks }) => {
          hooks.rollout.intercept({
            call: () => {
              stop.abort();
            },
          });
        },
      });
      expect(end).to.include({ status: "interrupted", lastStep: 1 });
      expect(await readdir(join(end.directory, "checkpoints"))).to.deep.equal(["checkpoint-1"]);
      expect(await recordsOf(end.directory, "metrics.jsonl")).to.have.length(1);
      expect(await readdir(end.directory)).to.not.include("adapter");
    }));

  it("twice stops in the middle of a step with the last checkpoint intact", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      let rollouts = 0;
      let finished = "";
      const end = await toyRun({
        directory,
        signal: { step: stop.signal, now: stop.signal },
        tap: ({ hooks }) => {
          hooks.rollout.intercept({
            call: () => {
              if (++rollouts === 4) stop.abort();
            },
          });
          hooks.finished.tap("watch", ({ status }) => (finished = status));
        },
      });
      expect(end).to.include({ status: "interrupted", lastStep: 3 });
      expect(finished).to.equal("interrupted");
      expect(await readdir(join(end.directory, "checkpoints"))).to.deep.equal(["checkpoint-2"]);
      const weights = await readFile(
        join(end.directory, "checkpoints", "checkpoint-2", "delta.json"),
        "utf8",
      );
      expect(JSON.parse(weights)).to.have.length(80);
      expect((await recordsOf(end.directory, "events.jsonl")).at(-1)).to.include({
        event: "interrupted",
        step: 3,
      });
    }));

  it("before the first step leaves nothing behind", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const end = await toyRun({
        directory,
        signal: { step: stop.signal, now: never },
        tap: ({ hooks }) => {
          hooks.configured.tap("stop", () => {
            stop.abort();
          });
        },
      });
      expect(end).to.include({ status: "interrupted", lastStep: 0 });
      expect(await readdir(join(directory, "runs"))).to.deep.equal([]);
    }));

  it("during the last evaluation keeps the result, and resuming evaluates only", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["data.evaluation.test.name=toy-questions", "training.evaluateAfter=true"];
      const stop = new AbortController();
      const end = await toyRun({
        directory,
        set: [...set, "evaluation.batchSize=2"],
        signal: { step: stop.signal, now: never },
        tap: ({ hooks }) => {
          hooks.evaluate.intercept({
            call: () => {
              stop.abort();
            },
          });
        },
      });
      expect(end).to.include({ status: "interrupted", lastStep: 6 });
      expect(await readdir(end.directory))
        .to.include("adapter")
        .and.to.not.include("eval");
      let steps = 0;
      const resumed = await toyRun({
        directory,
        set: [...set, "evaluation.batchSize=2"],
        resume: end.directory,
        tap: ({ hooks }) => {
          hooks.step.tap("count", () => steps++);
        },
      });
      expect(steps).to.equal(0);
      expect(resumed.status).to.equal("finished");
      expect(resumed.evaluations.map(({ label }) => label)).to.deep.equal(["test"]);
      expect((await readRunRecord(end.directory)).status).to.equal("finished");
    }));

  it("during an evaluation between steps keeps the steps done", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const end = await toyRun({
        directory,
        set: [
          "data.evaluation.test.name=toy-questions",
          "training.evaluateEvery=3",
          "training.checkpointEvery=100",
        ],
        signal: { step: stop.signal, now: never },
        tap: ({ hooks }) => {
          hooks.evaluate.intercept({
            call: () => {
              stop.abort();
            },
          });
        },
      });
      expect(end).to.include({ status: "interrupted", lastStep: 3 });
      expect(await readdir(join(end.directory, "checkpoints"))).to.deep.equal(["checkpoint-3"]);
    }));

  it("an evaluation that was cut off during training is made up for on resuming", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["data.evaluation.test.name=toy-questions", "training.evaluateEvery=2"];
      const whole = await toyRun({ directory, set });
      const stop = new AbortController();
      const { directory: run } = await toyRun({
        directory,
        set,
        signal: { step: stop.signal, now: never },
        tap: ({ hooks }) => {
          hooks.evaluate.intercept({
            call: () => {
              stop.abort();
            },
          });
        },
      });
      const end = await toyRun({ directory, set, resume: run });
      expect(end.evaluations.map(({ label }) => label)).to.deep.equal(["test-step-2", "test-step-4"]);
      expect(end.evaluations).to.deep.equal(whole.evaluations);
    }));
});
