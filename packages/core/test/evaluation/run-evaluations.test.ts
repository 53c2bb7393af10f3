import { expect } from "chai";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  applyOverrides,
  corePlugin,
  createKernel,
  parseConfig,
  readEvaluationRecord,
  readPredictions,
  runEvaluations,
  type EvaluationsRequest,
  type FinishedEvaluation,
  type Kernel,
} from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { toyPlugin } from "../support/toy-plugin.js";
import { toyConfig, toyRun } from "../support/toy-run.js";

const data = ["data.evaluation.test.name=toy-questions", "data.evaluation.other.name=toy-questions"];

interface ToyEvaluation extends Partial<Omit<EvaluationsRequest, "kernel" | "config">> {
  readonly directory: string;
  readonly set?: readonly string[];
  readonly tap?: (kernel: Kernel) => void;
}

/** An evaluation of the toy model's set `test` into `directory/test`. */
async function evaluateToy({ directory, set = [], tap, ...request }: ToyEvaluation) {
  const kernel = await createKernel({ builtins: [corePlugin, toyPlugin], baseDirectory: directory });
  const config = parseConfig(kernel, applyOverrides(toyConfig, [...data, ...set]), "toy.yaml");
  tap?.(kernel);
  return runEvaluations({
    kernel,
    config,
    adapterFrom: null,
    weights: { kind: "base", step: null, path: null },
    directory,
    evaluations: [{ set: "test", style: null, label: "test", directory: join(directory, "test") }],
    overwrite: false,
    signal: new AbortController().signal,
    ...request,
  });
}

/** Records by sample id: their order on disk tells of interruptions. */
async function recordsById(folder: string): Promise<Map<string, unknown>> {
  return new Map((await readPredictions(folder)).map((record) => [record.sample.id, record] as const));
}

describe("evaluations outside training", () => {
  for (const temperature of [0, 1]) {
    it(`go on at any record of a killed one and give the same, temperature ${temperature}`, () =>
      withTemporaryDirectory(async (directory) => {
        const set = [`evaluation.temperature=${temperature}`, "evaluation.batchSize=3"];
        const [whole] = await evaluateToy({ directory: join(directory, "whole"), set });
        const wanted = await recordsById(whole!.directory);
        const file = join(whole!.directory, "predictions.jsonl");
        const { length } = await readFile(file);
        const record = (await readEvaluationRecord(whole!.directory))!;
        // Cut after every record, in the middle of each, and before the first.
        for (let cut = 0; cut <= 7.5; cut += 0.5) {
          const folder = join(directory, `cut-${cut}`);
          await evaluateToy({ directory: folder, set });
          await truncate(join(folder, "test", "predictions.jsonl"), Math.floor((length * cut) / 7));
          const interrupted = { ...record, status: "running" };
          await writeFile(join(folder, "test", "evaluation.json"), JSON.stringify(interrupted));
          const [resumed] = await evaluateToy({ directory: folder, set });
          expect(await recordsById(join(folder, "test")), String(cut)).to.deep.equal(wanted);
          expect(resumed!.report).to.deep.equal(whole!.report);
          expect((await readPredictions(join(folder, "test"))).length).to.equal(7);
        }
      }));
  }

  it("keep what is done when they are stopped, and tell how far they are", () =>
    withTemporaryDirectory(async (directory) => {
      const stop = new AbortController();
      const done: number[] = [];
      const work = evaluateToy({
        directory,
        set: ["evaluation.batchSize=2"],
        signal: stop.signal,
        onProgress: (count) => {
          done.push(count);
          if (count === 4) stop.abort();
        },
      });
      const outcome: unknown = await work.catch((error: unknown) => error);
      expect(outcome).to.have.property("name", "AbortError");
      expect(done).to.deep.equal([2, 4]);
      expect(await readPredictions(join(directory, "test"))).to.have.length(4);
      expect(await readEvaluationRecord(join(directory, "test"))).to.include({ status: "running" });

      const asked: number[] = [];
      const [end] = await evaluateToy({
        directory,
        tap: ({ hooks }) => {
          hooks.rollout.tap("watch", ({ prompts }) => void asked.push(prompts.length));
        },
      });
      expect(asked).to.deep.equal([3]);
      expect(end!.report.metrics["n_total"]).to.equal(7);
      expect(await readEvaluationRecord(join(directory, "test"))).to.include({ status: "finished" });
    }));

  it("do not repeat a finished one, refuse one made otherwise, and overwrite when asked", () =>
    withTemporaryDirectory(async (directory) => {
      const [first] = await evaluateToy({ directory });
      const [again] = await evaluateToy({ directory });
      expect(first).to.include({ wasThere: false });
      expect(again).to.deep.equal({ ...first, wasThere: true });
      const set = ["evaluation.maxNewTokens=3", "rewards=[{name: says-yes}]"];
      const error = await expectError("EVALUATION_CHANGED", evaluateToy({ directory, set }));
      expect(error.details["changes"]).to.deep.equal(["maxNewTokens", "rewards"]);
      await writeFile(join(directory, "test", "verdicts-old.jsonl"), "");
      const [anew] = await evaluateToy({ directory, set, overwrite: true });
      expect(anew).to.include({ wasThere: false });
      expect((await readdir(join(directory, "test"))).sort()).to.deep.equal([
        "evaluation.json",
        "predictions.jsonl",
        "report.json",
      ]);
    }));

  it("refuse a folder whose predictions tell nothing of how they were made", () =>
    withTemporaryDirectory(async (directory) => {
      await evaluateToy({ directory });
      await writeFile(join(directory, "test", "evaluation.json"), "{}");
      await expectError("JSONL_INVALID", evaluateToy({ directory }));
    }));

  it("know a run's own evaluation of the same adapter as done, and tell base from adapter", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["training.evaluateAfter=true", "training.steps=40"];
      const { directory: run, evaluations } = await toyRun({ directory, set: [...data, ...set] });
      const adapterFrom = join(run, "adapter");
      const plan = (label: string) => [
        { set: "test", style: null, label, directory: join(run, "eval", label) },
      ];
      const weights = { kind: "adapter" as const, step: null, path: adapterFrom };
      const [own] = await evaluateToy({ directory, set, adapterFrom, weights, evaluations: plan("test") });
      expect(own).to.include({ wasThere: true });
      expect(own!.report).to.deep.equal(evaluations.find(({ label }) => label === "test"));

      const [copy] = await evaluateToy({ directory, set, adapterFrom, weights, evaluations: plan("copy") });
      expect(copy!.report.metrics).to.deep.equal(own!.report.metrics);
      const base = [...set, "adapter=null"];
      const [bare] = await evaluateToy({ directory, set: base, evaluations: plan("bare") });
      expect(bare!.report.metrics["reward"]).to.be.below(own!.report.metrics["reward"]!);
      await expectError(
        "EVALUATION_CHANGED",
        evaluateToy({ directory, set: base, evaluations: plan("test") }),
      );
    }));

  it("name the sets that there are when one is not", () =>
    withTemporaryDirectory(async (directory) => {
      const evaluations = [{ set: "tset", style: null, label: "x", directory }];
      const error = await expectError("EVALUATION_SET_UNKNOWN", evaluateToy({ directory, evaluations }));
      expect(error.message).to.include("test, other");
    }));

  it("record what a plugin predicts in its own way", () =>
    withTemporaryDirectory(async (directory) => {
      const [usual] = await evaluateToy({ directory: join(directory, "usual") });
      const [own] = await evaluateToy({
        directory: join(directory, "own"),
        tap: ({ hooks }) => {
          hooks.evaluate.tap("own-way", () => usual!.report);
        },
      });
      expect(await readPredictions(own!.directory)).to.deep.equal(await readPredictions(usual!.directory));
    }));

  it("free their tensors", () =>
    withTemporaryDirectory(async (directory) => {
      await evaluateToy({ directory: join(directory, "a") });
      const before = tf.engine().state.numTensors;
      const ends: readonly FinishedEvaluation[] = await evaluateToy({ directory: join(directory, "b") });
      expect(ends).to.have.length(1);
      expect(tf.engine().state.numTensors).to.equal(before);
    }));
});
