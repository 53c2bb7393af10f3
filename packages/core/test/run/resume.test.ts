import { expect } from "chai";
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { definePlugin, readRunRecord, type Kernel, type RarlError } from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { fingerprintOf, recordsOf, toyRun } from "../support/toy-run.js";

/** Aborts `stop` as soon as `step` is done. */
function stopAfter(step: number, stop: AbortController): (kernel: Kernel) => void {
  return ({ hooks }) => {
    hooks.step.tap("stop", (notice) => {
      if (notice.step === step) stop.abort();
    });
  };
}

const never = new AbortController().signal;

describe("resuming a run", () => {
  for (const [name, set] of [
    ["with an adapter", []],
    ["without one, from the whole model", ["adapter=null", "model.train=true"]],
    ["that draws more samples than its steps are given", ["algorithm.moreSamples=true"]],
  ] as const) {
    it(`continues bit for bit as if it had never stopped, ${name}`, () =>
      withTemporaryDirectory(async (directory) => {
        const whole = await toyRun({ directory, set });
        const stop = new AbortController();
        const first = await toyRun({
          directory,
          set,
          signal: { step: stop.signal, now: never },
          tap: stopAfter(3, stop),
        });
        expect(first).to.include({ status: "interrupted", lastStep: 3 });
        expect(await readRunRecord(first.directory)).to.include({ status: "interrupted", lastStep: 3 });
        const second = await toyRun({ directory, set, resume: first.directory });
        expect(second).to.include({ status: "finished", lastStep: 6, directory: first.directory });
        expect(await fingerprintOf(second.directory, 6)).to.deep.equal(
          await fingerprintOf(whole.directory, 6),
        );
        const record = await readRunRecord(second.directory);
        expect(record.resumedAt).to.have.length(1);
      }));
  }

  it("after a kill takes back torn and later lines, and clears an incomplete checkpoint", () =>
    withTemporaryDirectory(async (directory) => {
      const whole = await toyRun({ directory });
      // What a kill -9 in step 6, while checkpoint 6 was written, leaves of a copy of that run.
      const killed = join(directory, "runs", "killed");
      await cp(whole.directory, killed, { recursive: true });
      const record = JSON.parse(await readFile(join(killed, "run.json"), "utf8")) as object;
      await writeFile(
        join(killed, "run.json"),
        JSON.stringify({ ...record, status: "running", lastStep: 4 }),
      );
      await rm(join(killed, "checkpoints", "checkpoint-6"), { recursive: true });
      await rm(join(killed, "adapter"), { recursive: true });
      await mkdir(join(killed, "checkpoints", ".checkpoint-6.partial"));
      await writeFile(join(killed, "checkpoints", ".checkpoint-6.partial", "delta.json"), "[0.1, 0.");
      for (const file of ["metrics.jsonl", "completions.jsonl", "events.jsonl"]) {
        await appendFile(join(killed, file), '{"step":7,"rewa');
      }
      const resumed = await toyRun({ directory, resume: killed });
      expect(await fingerprintOf(resumed.directory, 6)).to.deep.equal(
        await fingerprintOf(whole.directory, 6),
      );
      expect((await readdir(join(killed, "checkpoints"))).sort()).to.deep.equal([
        "checkpoint-2",
        "checkpoint-4",
        "checkpoint-6",
      ]);
      expect((await recordsOf(killed, "events.jsonl")).at(-1)).to.include({ event: "finished" });
    }));

  it("passes over a checkpoint that lacks its state", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const signal = { step: stop.signal, now: never };
      const { directory: run } = await toyRun({ directory, signal, tap: stopAfter(4, stop) });
      await rm(join(run, "checkpoints", "checkpoint-4", "trainer_state.json"));
      let firstStep = 0;
      await toyRun({
        directory,
        resume: run,
        tap: ({ hooks }) => {
          hooks.started.tap("watch", (notice) => (firstStep = notice.firstStep));
        },
      });
      expect(firstStep).to.equal(3);
      expect((await recordsOf(run, "metrics.jsonl")).map(({ step }) => step)).to.deep.equal([
        1, 2, 3, 4, 5, 6,
      ]);
    }));

  it("begins anew when there was no checkpoint yet", () =>
    withTemporaryDirectory(async (directory) => {
      const whole = await toyRun({ directory });
      const stop = new AbortController();
      const signal = { step: never, now: stop.signal };
      const first = await toyRun({ directory, signal, tap: stopAfter(1, stop) });
      expect(await readdir(first.directory)).to.not.include("checkpoints");
      const second = await toyRun({ directory, resume: first.directory });
      expect(await fingerprintOf(second.directory, 6)).to.deep.equal(await fingerprintOf(whole.directory, 6));
    }));

  it("is refused while the run still goes on, which does not mind", () =>
    withTemporaryDirectory(async (directory) => {
      let refused: RarlError | undefined;
      const { directory: run, status } = await toyRun({
        directory,
        tap: ({ hooks }) => {
          hooks.step.tapPromise("intrude", async ({ step }) => {
            if (step !== 3) return;
            const [name] = await readdir(join(directory, "runs"));
            const resume = join(directory, "runs", name!);
            refused = await expectError("FOLDER_IN_USE", toyRun({ directory, resume }));
          });
        },
      });
      expect(refused?.message).to.contain(`process ${process.pid}`);
      expect(status).to.equal("finished");
      expect(await readdir(run)).to.not.include(".run.lock");
    }));

  it("says that a finished run is finished", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory });
      const before = await readFile(join(run, "run.json"), "utf8");
      const error = await expectError("RUN_FINISHED", toyRun({ directory, resume: run }));
      expect(error.message).to.contain("step 6").and.to.contain(basename(run));
      expect(await readFile(join(run, "run.json"), "utf8")).to.equal(before);
    }));

  it("refuses a changed configuration by its keys, unless changes are allowed", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory });
      const set = ["optimizer.learningRate=0.25", "training.steps=8", "output=elsewhere"];
      const error = await expectError("RUN_CHANGED", toyRun({ directory, set, resume: run }));
      expect(error.details["changes"]).to.deep.equal(["optimizer.learningRate", "training.steps"]);
      const end = await toyRun({ directory, set, resume: run, allowChanges: true });
      expect(end).to.include({ status: "finished", lastStep: 8, directory: run });
      const { changes } = (await recordsOf(run, "events.jsonl")).find(({ event }) => event === "resumed")!;
      expect(changes).to.deep.equal(["optimizer.learningRate", "training.steps"]);
      // The run is now one of the new configuration.
      await expectError("RUN_FINISHED", toyRun({ directory, set, resume: run }));
    }));

  it("goes on without a plugin that the run began with, when changes are allowed", () =>
    withTemporaryDirectory(async (directory) => {
      const ones = definePlugin({
        name: "ones-plugin",
        apiVersion: "1.0",
        apply({ rewards }) {
          const score = (items: readonly unknown[]) => items.map(() => 1);
          rewards.addFactory("ones", () => ({ score }), { description: "1 for all" });
        },
      });
      const set = ["rewards.2={name: ones}", "training.steps=2"];
      const { directory: run } = await toyRun({ directory, set, plugins: [ones] });
      const error = await expectError("RUN_CHANGED", toyRun({ directory, resume: run }));
      expect(error.details["changes"]).to.include.members(["rewards.2.name", "training.steps"]);
      const end = await toyRun({ directory, resume: run, allowChanges: true });
      expect(end.status).to.equal("finished");
    }));

  it("refuses changed data and a changed model checkpoint", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const signal = { step: stop.signal, now: never };
      const { directory: run } = await toyRun({ directory, signal, tap: stopAfter(2, stop) });
      const record = await readRunRecord(run);
      const fingerprints = { ...record.fingerprints, data: { train: "other" }, checkpoint: "other" };
      await writeFile(join(run, "run.json"), JSON.stringify({ ...record, fingerprints }));
      const error = await expectError("RUN_CHANGED", toyRun({ directory, resume: run }));
      expect(error.details["changes"]).to.deep.equal(["the model's checkpoint", "the data set train"]);
      // Refusing leaves the run as it was.
      expect((await readRunRecord(run)).status).to.equal("interrupted");
      const end = await toyRun({ directory, resume: run, allowChanges: true });
      expect(end.status).to.equal("finished");
    }));

  it("refuses a folder that is no run", () =>
    withTemporaryDirectory(async (directory) => {
      await expectError("RUN_NOT_FOUND", toyRun({ directory, resume: join(directory, "nothing") }));
      const { directory: run } = await toyRun({ directory });
      await rm(join(run, "config.yaml"));
      const error = await expectError("RUN_NOT_FOUND", toyRun({ directory, resume: run }));
      expect(error.message).to.contain("config.yaml");
    }));

  it("refuses a damaged trainer state by its file", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const signal = { step: stop.signal, now: never };
      const { directory: run } = await toyRun({ directory, signal, tap: stopAfter(2, stop) });
      const file = join(run, "checkpoints", "checkpoint-2", "trainer_state.json");
      await writeFile(file, '{"global_step": "two"}');
      const error = await expectError("TRAINER_STATE_INVALID", toyRun({ directory, resume: run }));
      expect(error.message).to.contain(file).and.to.contain("global_step");
    }));
});
