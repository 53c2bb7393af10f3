import { expect } from "chai";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {
  definePlugin,
  isRarlError,
  readRunRecord,
  type Dataset,
  type Kernel,
  type Plugin,
  type RarlError,
  type Reward,
} from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { recordsOf, toyRun } from "../support/toy-run.js";
import { toyDataset } from "../support/toy-plugin.js";

const never = new AbortController().signal;

/** A plugin with one reward of the name `third-party`. */
function rewardPlugin(score: Reward["score"]): Plugin {
  return definePlugin({
    name: "third-party-plugin",
    apiVersion: "1.0",
    apply({ rewards }) {
      rewards.addFactory("third-party", () => ({ score }), { description: "of a third party" });
    },
  });
}

const thirdParty = ['rewards=[{name: "says-yes"}, {name: "third-party", label: "mine"}]'];

/** Puts NaN in place of the gradients of the given steps, as a numerical failure does. */
function poison(steps: readonly number[]): (kernel: Kernel) => void {
  return ({ hooks }) => {
    hooks.update.tap("poison", (request) => {
      if (!steps.includes(request.step)) return;
      const old = request.gradients;
      request.gradients = old.map((gradient) => tf.mul(gradient, Number.NaN));
      tf.dispose([...old]);
    });
  };
}

/** Counting tensors needs a backend also before the first run activates one. */
async function useWasm(): Promise<void> {
  await tf.setBackend("wasm");
}

async function onlyRun(directory: string): Promise<string> {
  const [name] = await readdir(join(directory, "runs"));
  return join(directory, "runs", name!);
}

describe("a failing reward", () => {
  before(useWasm);

  const cases: readonly (readonly [string, Reward["score"], string, readonly string[]])[] = [
    [
      "that throws",
      () => {
        throw new Error("division by zero");
      },
      "REWARD_FAILED",
      ["mine", "third-party-plugin", "division by zero", "q"],
    ],
    [
      "that rejects",
      () => Promise.reject(new Error("no such model")),
      "REWARD_FAILED",
      ["mine", "third-party-plugin", "no such model", "q"],
    ],
    [
      "that returns too few scores",
      (items) => items.slice(1).map(() => 1),
      "REWARD_COUNT",
      ["mine", "7", "8"],
    ],
    ["that returns too many", (items) => [...items, 0].map(() => 1), "REWARD_COUNT", ["mine", "9", "8"]],
    ["that returns no list", () => 1 as unknown as number[], "REWARD_COUNT", ["mine", "no list", "8"]],
    [
      "that returns text",
      (items) => items.map(() => "0.5") as unknown as number[],
      "REWARD_NOT_FINITE",
      ["mine", 'the text "0.5"'],
    ],
    ["that returns NaN", (items) => items.map(() => Number.NaN), "REWARD_NOT_FINITE", ["mine", "NaN", "q"]],
    [
      "that returns infinity",
      (items) => items.map(() => -Infinity),
      "REWARD_NOT_FINITE",
      ["mine", "-Infinity"],
    ],
    [
      "that leaves a hole",
      (items) => {
        const scores: (number | null)[] = items.map(() => 1);
        // eslint-disable-next-line @typescript-eslint/no-array-delete -- the mistake under test
        delete scores[3];
        return scores;
      },
      "REWARD_NOT_FINITE",
      ["mine", "undefined"],
    ],
  ];
  for (const [name, score, code, parts] of cases) {
    it(`${name} stops the run with ${code}`, () =>
      withTemporaryDirectory(async (directory) => {
        const before = tf.memory().numTensors;
        const run = toyRun({ directory, set: thirdParty, plugins: [rewardPlugin(score)] });
        const error = await expectError(code as RarlError["code"], run);
        expect(error.exitCode).to.equal(4);
        for (const part of parts) expect(error.message).to.contain(part);
        expect(tf.memory().numTensors).to.equal(before);
        const record = await readRunRecord(await onlyRun(directory));
        expect(record.status).to.equal("failed");
        expect(record.error?.code).to.equal(code);
      }));
  }

  it("tells the other rewards to stop", () =>
    withTemporaryDirectory(async (directory) => {
      let stopped = false;
      const slow = definePlugin({
        name: "slow-plugin",
        apiVersion: "1.0",
        apply({ rewards }) {
          const score: Reward["score"] = (_items, signal) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => {
                stopped = true;
                reject(signal.reason as Error);
              });
            });
          rewards.addFactory("slow", () => ({ score }), { description: "never answers" });
        },
      });
      const failing = rewardPlugin(() => Promise.reject(new Error("broken")));
      const set = ['rewards=[{name: "slow"}, {name: "third-party", label: "mine"}]'];
      const error = await expectError("REWARD_FAILED", toyRun({ directory, set, plugins: [slow, failing] }));
      expect(error.message).to.contain("broken");
      expect(stopped).to.be.true;
    }));
});

describe("rewards that do not apply", () => {
  it("are left out of the weighted sum", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory });
      const records = await recordsOf(run, "completions.jsonl");
      const rewards = records.map((record) => record["rewards"] as Record<string, number | null>);
      expect(rewards.some(({ brevity }) => brevity === null)).to.be.true;
      expect(rewards.some(({ brevity }) => brevity !== null)).to.be.true;
      records.forEach((record, index) => {
        const { "says-yes": yes, brevity } = rewards[index]!;
        expect(record["reward"]).to.equal(yes! + 2 * (brevity ?? 0));
      });
    }));

  it("are an error naming the sample when none of them does", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["rewards=[{name: brevity}]"];
      const error = await expectError("REWARD_NONE", toyRun({ directory, set }));
      expect(error.message)
        .to.match(/sample q[135]/)
        .and.to.contain("brevity");
      expect(error.exitCode).to.equal(6);
    }));
});

describe("gradients that are not finite", () => {
  before(useWasm);

  it("are skipped, counted and written down, and the run goes on", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run, status } = await toyRun({ directory, tap: poison([3]) });
      expect(status).to.equal("finished");
      const metrics = await recordsOf(run, "metrics.jsonl");
      expect(metrics.map((line) => line["skipped_updates"])).to.deep.equal([0, 0, 1, 0, 0, 0]);
      expect(metrics[2]!["grad_norm"]).to.be.null;
      const event = (await recordsOf(run, "events.jsonl")).find(
        (each) => each["event"] === "update_skipped",
      )!;
      expect(event["step"]).to.equal(3);
      expect(event["samples"]).to.have.length(2);
      expect(event["completions"]).to.have.length(8);
    }));

  it("stop the run after so many in a row, with the last good checkpoint intact", () =>
    withTemporaryDirectory(async (directory) => {
      const set = ["training.stopAfterNonFinite=3", "training.steps=9"];
      const before = tf.memory().numTensors;
      const error = await expectError("NON_FINITE", toyRun({ directory, set, tap: poison([3, 5, 6, 7]) }));
      expect(tf.memory().numTensors).to.equal(before);
      expect(error.message).to.contain("step 7").and.to.contain("checkpoint-6");
      const run = await onlyRun(directory);
      const record = await readRunRecord(run);
      expect(record).to.include({ status: "failed", lastStep: 7 });
      const skipped = (await recordsOf(run, "events.jsonl")).filter(
        (each) => each["event"] === "update_skipped",
      );
      expect(skipped.map(({ step }) => step)).to.deep.equal([3, 5, 6, 7]);
      const end = await toyRun({ directory, set, resume: run });
      expect(end).to.include({ status: "finished", lastStep: 9 });
    }));
});

describe("a run that cannot begin", () => {
  before(useWasm);

  /** The error of a run that leaves nothing behind. */
  async function expectNoTrace(
    code: RarlError["code"],
    directory: string,
    run: Promise<unknown>,
  ): Promise<RarlError> {
    const before = tf.memory().numTensors;
    const error = await expectError(code, run);
    expect(await readdir(join(directory, "runs"))).to.deep.equal([]);
    expect(tf.memory().numTensors).to.equal(before);
    return error;
  }

  it("says that the output folder is not writable before anything is opened", () =>
    withTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, "a-file"), "");
      let configured = false;
      const run = toyRun({
        directory,
        set: ["output=a-file/runs"],
        tap: ({ hooks }) => {
          hooks.configured.tap("watch", () => {
            configured = true;
          });
        },
      });
      const error = await expectError("OUTPUT_NOT_WRITABLE", run);
      expect(error.message).to.contain(join(directory, "a-file", "runs"));
      expect(error.exitCode).to.equal(5);
      expect(configured).to.be.false;
    }));

  it("says why a named engine is not available, and what to do", () =>
    withTemporaryDirectory(async (directory) => {
      const run = toyRun({ directory, set: ["engine.name=toy-accelerator"] });
      const error = await expectNoTrace("ENGINE_UNAVAILABLE", directory, run);
      expect(error.message).to.contain("no accelerator").and.to.contain("Plug one in");
    }));

  it("says that nothing can be trained without an adapter on a frozen model", () =>
    withTemporaryDirectory(async (directory) => {
      const error = await expectNoTrace(
        "NOTHING_TRAINABLE",
        directory,
        toyRun({ directory, set: ["adapter=null"] }),
      );
      expect(error.exitCode).to.equal(3);
    }));

  it("refuses an empty data set and one with an id used twice", () =>
    withTemporaryDirectory(async (directory) => {
      const answering = (dataset: Dataset) => (kernel: Kernel) => {
        kernel.hooks.dataset.tap("instead", () => dataset);
      };
      const empty = toyRun({ directory, tap: answering(toyDataset("empty.jsonl", 0)) });
      expect((await expectNoTrace("DATA_EMPTY", directory, empty)).message).to.contain("empty.jsonl");
      const once = toyDataset("twice", 3);
      const twice: Dataset = {
        ...once,
        async *[Symbol.asyncIterator]() {
          yield* once;
          yield* once;
        },
      };
      const error = await expectNoTrace(
        "SAMPLE_ID_DUPLICATE",
        directory,
        toyRun({ directory, tap: answering(twice) }),
      );
      expect(error.message).to.contain("q0").and.to.contain("toy.jsonl:1");
    }));

  it("tells the failed hook, and an error while telling does not hide the first", () =>
    withTemporaryDirectory(async (directory) => {
      let told: unknown;
      const run = toyRun({
        directory,
        set: ["engine.name=toy-accelerator"],
        tap: ({ hooks }) => {
          hooks.failed.tap("watch", ({ error }) => {
            told = error;
            throw new Error("the watcher is broken too");
          });
        },
      });
      const error = await expectError("ENGINE_UNAVAILABLE", run);
      expect(told).to.equal(error);
    }));
});

describe("a full disk", () => {
  it("while a checkpoint is written keeps the one before, from which the run goes on", () =>
    withTemporaryDirectory(async (directory) => {
      const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      const tap = ({ hooks }: Kernel) => {
        hooks.checkpoint.tap("disk", ({ step }) => {
          if (step === 4) throw full;
        });
      };
      const failure = await toyRun({ directory, tap }).catch((error: unknown) => error);
      expect(isRarlError(failure)).to.be.true;
      expect((failure as RarlError).code).to.equal("DISK_FULL");
      const run = await onlyRun(directory);
      expect(await readdir(join(run, "checkpoints"))).to.deep.equal(["checkpoint-2"]);
      const end = await toyRun({ directory, resume: run, signal: { step: never, now: never } });
      expect(end).to.include({ status: "finished", lastStep: 6 });
    }));
});
