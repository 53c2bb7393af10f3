import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  completionHash,
  definePlugin,
  readEvaluationRecord,
  readPredictions,
  readReport,
  readVerdicts,
  type Dataset,
  type EvaluationReport,
  type Judge,
  type Kernel,
} from "@rarl-sdk/core";
import { writeReport } from "../../src/evaluation/report-files.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { toyDataset } from "../support/toy-plugin.js";
import { recordsOf, toyRun } from "../support/toy-run.js";

const set = ["data.evaluation.test.name=toy-questions", "training.evaluateAfter=true", "training.steps=1"];

/** Lets the model answer with the given completions in the order of the samples. */
function answering(texts: readonly string[]): (kernel: Kernel) => void {
  return ({ hooks }) => {
    let next = 0;
    hooks.rollout.tap("script", ({ prompts, sampling }) => {
      if (sampling.completions !== 1) return undefined;
      expect(sampling.temperature).to.equal(0);
      return prompts.map(() => {
        const text = texts[next++ % texts.length]!;
        const tokenIds = Array.from({ length: text.length }, () => 5);
        const finishReason = text.length > 40 ? ("length" as const) : ("stop" as const);
        return [{ text, tokenIds, logProbs: new Float32Array(tokenIds.length), finishReason }];
      });
    });
  };
}

describe("an evaluation", () => {
  it("scores strictly inside the answer block, leniently outside it, and by the run's rewards", () =>
    withTemporaryDirectory(async (directory) => {
      const texts = [
        "<think>x</think><answer>No.</answer>", // q0: no
        "Yes", // q1: yes, untagged
        "<think>yes</think>", // q2: yes, but only thought
        "yes", // q3: no
        "<answer>yes</answer><answer>no</answer>", // q4: yes, two answer blocks
        "<think> yes </think> <answer> maybe yes </answer>", // q5: yes, cut off
        "<answer>no</answer>", // q6: no
      ];
      const end = await toyRun({ directory, set: [...set, "evaluation.batchSize=3"], tap: answering(texts) });
      const report = end.evaluations[0]!;
      const column = (key: "strict" | "lenient") => report.predictions.map((prediction) => prediction[key]);
      expect(column("strict")).to.deep.equal([true, false, false, false, false, false, true]);
      expect(column("lenient")).to.deep.equal([true, true, false, false, false, false, true]);
      expect(report.predictions.map(({ sample }) => sample.id)).to.deep.equal(
        [0, 1, 2, 3, 4, 5, 6].map((number) => `q${number}`),
      );
      expect(report.metrics["accuracy_strict"]).to.be.closeTo(2 / 7, 1e-12);
      expect(report.metrics["accuracy_lenient"]).to.be.closeTo(3 / 7, 1e-12);
      expect(report.metrics["format"]).to.be.closeTo(2 / 7, 1e-12);
      expect(report.metrics["n_truncated"]).to.equal(1);
      expect(report.metrics["rewards/says-yes/mean"]).to.be.closeTo(4 / 7, 1e-12);
      // Odd questions have no brevity score: the weighted total is the other reward alone.
      expect(report.predictions[3]!.rewards).to.deep.equal({ "says-yes": 1, brevity: null });
      expect(report.predictions[3]!.reward).to.equal(1);
      expect(report.predictions[2]!.reward).to.be.closeTo(1 + 2 * -0.05 * 18, 1e-12);
      expect(Object.keys(report.groups)).to.deep.equal(["even", "odd"]);
      const lines = await recordsOf(join(end.directory, "eval", "test"), "predictions.jsonl");
      expect(lines).to.have.length(7);
      expect(await readReport(join(end.directory, "eval", "test"))).to.deep.equal(report);
    }));

  it("does not depend on the batch size, nor does it touch the training", () =>
    withTemporaryDirectory(async (directory) => {
      const runs = [];
      for (const extra of [
        ["evaluation.batchSize=1"],
        ["evaluation.batchSize=7", "training.evaluateBefore=true"],
      ]) {
        runs.push(await toyRun({ directory, set: [...set, "training.steps=3", ...extra] }));
      }
      const reports = runs.map(({ evaluations }) => evaluations.find(({ label }) => label === "test"));
      expect(reports[1]).to.deep.equal(reports[0]);
    }));

  it("sees the adapter: training changes what it finds", () =>
    withTemporaryDirectory(async (directory) => {
      const extra = ["training.evaluateBefore=true", "training.steps=40", "algorithm.groupSize=8"];
      const { evaluations } = await toyRun({ directory, set: [...set, ...extra] });
      const [before, after] = evaluations;
      expect(after!.metrics["reward"]).to.be.above(before!.metrics["reward"]!);
    }));

  it("has its predictions graded by every judge, and the verdicts written beside them", () =>
    withTemporaryDirectory(async (directory) => {
      const strictJudge = definePlugin({
        name: "strict-judge-plugin",
        apiVersion: "1.0",
        apply({ judges }) {
          judges.addFactory(
            "strict",
            () => ({
              name: "strict",
              grade: (items) =>
                Promise.resolve(
                  items.map(({ sample }) =>
                    sample.id === "q1"
                      ? { state: "refused" as const, detail: "will not say" }
                      : {
                          state: "valid" as const,
                          reasoningScore: null,
                          predictionScore: 1,
                          justification: "",
                        },
                  ),
                ),
            }),
            { description: "grades by id" },
          );
        },
      });
      const judged = [...set, "judges=[{name: strict}]"];
      const { directory: run } = await toyRun({ directory, set: judged, plugins: [strictJudge] });
      const verdicts = await recordsOf(join(run, "eval", "test"), "verdicts-strict.jsonl");
      expect(verdicts).to.have.length(7);
      const [, second] = await readPredictions(join(run, "eval", "test"));
      expect(verdicts[1]).to.include({
        sampleId: "q1",
        completionSha256: completionHash(second!.completion),
        judge: "strict",
        state: "refused",
        detail: "will not say",
      });
    }));

  it("goes on when a judge fails, and says so", () =>
    withTemporaryDirectory(async (directory) => {
      const judges = definePlugin({
        name: "judges",
        apiVersion: "1.0",
        apply(context) {
          const down = { name: "down", grade: () => Promise.reject(new Error("nobody there")) };
          const verdict = {
            state: "valid",
            reasoningScore: 1,
            predictionScore: 0,
            justification: "",
          } as const;
          const kind: Judge = { name: "kind", grade: (items) => Promise.resolve(items.map(() => verdict)) };
          context.judges.addFactory("down", () => down, { description: "never answers" });
          context.judges.addFactory("kind", () => kind, { description: "always answers" });
        },
      });
      const chosen = "judges=[{name: down}, {name: kind}, {name: kind, label: second}]";
      const { directory: run, status } = await toyRun({
        directory,
        set: [...set, chosen],
        plugins: [judges],
      });
      expect(status).to.equal("finished");
      const verdicts = await readVerdicts(join(run, "eval", "test"));
      expect([...verdicts].map(([judge, { size }]) => [judge, size])).to.deep.equal([
        ["kind", 7],
        ["second", 7],
      ]);
      const events = await recordsOf(run, "events.jsonl");
      const failure = events.find(({ event }) => event === "judge_failed");
      expect(failure).to.deep.include({ label: "test", judge: "down" });
      expect(JSON.stringify(failure)).to.contain("nobody there");
    }));
});

describe("report files", () => {
  it("keep images that were bytes as files, and replace an older report as a whole", () =>
    withTemporaryDirectory(async (directory) => {
      const samples = [];
      const dataset: Dataset = toyDataset("x", 1);
      for await (const sample of dataset) samples.push(sample);
      const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1);
      await writeFile(join(directory, "a.png"), bytes);
      const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM PATIENT")]);
      const images = [
        { bytes, label: "row 3" },
        { path: join(directory, "a.png") },
        { path: "none.png" },
        { label: "row 4", read: () => Promise.resolve(bytes) },
        // Names a patient: not to be copied.
        { label: "row 5", read: () => Promise.resolve(dicom) },
      ];
      const report: EvaluationReport = {
        label: "test",
        predictions: [
          {
            sample: { ...samples[0]!, images },
            style: "plain",
            completion: "yes",
            think: null,
            answer: null,
            finishReason: "stop",
            tokens: 1,
            promptTokens: 3,
            scores: {},
            rewards: {},
            reward: null,
            strict: false,
            lenient: false,
          },
        ],
        metrics: { n_total: 1 },
        groups: {},
      };
      const target = join(directory, "eval", "test");
      const record = {
        label: "test",
        set: "test",
        status: "running" as const,
        weights: { kind: "base" as const, step: null, path: null },
        identity: { style: "plain" },
        sdk: "0",
        engine: { name: "toy", version: "0", device: "cpu" },
        startedAt: "2026-01-01T00:00:00.000Z",
        endedAt: null,
      };
      await writeReport(target, { ...report, predictions: [] }, record);
      await writeReport(target, report, record);
      expect(await readEvaluationRecord(target)).to.include({ label: "test", status: "finished" });
      expect(await readdir(join(directory, "eval"))).to.deep.equal(["test"]);
      const read = await readReport(target);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const stored = join(target, "images", `${sha256}.png`);
      expect(read?.predictions[0]!.sample.images).to.deep.equal([
        { path: stored, sha256 },
        { path: join(directory, "a.png"), sha256 },
        { path: resolve("none.png"), sha256: null },
        { path: stored, sha256 },
        { path: join(target, "row 5"), sha256: createHash("sha256").update(dicom).digest("hex") },
      ]);
      expect(await readdir(join(target, "images"))).to.deep.equal([`${sha256}.png`]);
      expect(await readFile(stored)).to.deep.equal(Buffer.from(bytes));
      expect(await readReport(join(directory, "nothing"))).to.be.null;
    }));
});
