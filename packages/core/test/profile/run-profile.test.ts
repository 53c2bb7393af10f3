import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { RunProfile, span } from "@rarl-sdk/core";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { recordsOf, toyRun } from "../support/toy-run.js";

interface TraceLine {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: { readonly step?: number | null };
}

/** A profiled toy run whose rollouts are marked, as a backbone marks its own. */
async function profiledRun(directory: string) {
  const profile = new RunProfile();
  const end = await toyRun({
    directory,
    profile,
    set: ["training.steps=3"],
    tap: ({ hooks }) => {
      profile.watch(hooks);
      hooks.rollout.tap({ name: "marked", stage: -1000 }, () => {
        span("rollout_decode", () => tf.tidy(() => tf.sum(tf.ones([1000])).dataSync()));
        return undefined;
      });
    },
  });
  await profile.stop();
  return { profile, end };
}

describe("a profiled run", () => {
  before(async () => {
    await tf.setBackend("wasm");
  });

  it("has metrics for every phase that add up to the step", () =>
    withTemporaryDirectory(async (directory) => {
      const { end } = await profiledRun(directory);
      const metrics = await recordsOf(end.directory, "metrics.jsonl");
      expect(metrics).to.have.length(3);
      for (const line of metrics) {
        const phases = Object.entries(line).filter(([name]) => /^profile\/.*\/seconds$/.test(name));
        expect(phases.map(([name]) => name.split("/")[1])).to.deep.equal([
          "rollout_decode",
          "optimizer",
          "host",
        ]);
        const sum = phases.reduce((total, [, value]) => total + (value as number), 0);
        expect(sum).to.be.closeTo(line["seconds"] as number, 1e-6);
        expect(line["profile/optimizer/peak_bytes"]).to.be.above(2 ** 20);
      }
    }));

  it("leaves a trace that Chrome's viewer reads", () =>
    withTemporaryDirectory(async (directory) => {
      const { end } = await profiledRun(directory);
      expect(await readdir(end.directory)).to.include("trace.json");
      const text = await readFile(join(end.directory, "trace.json"), "utf8");
      const events = JSON.parse(text) as TraceLine[];
      const complete = events.filter(({ ph }) => ph === "X");
      for (const step of [1, 2, 3]) {
        const names = complete.filter(({ args }) => args.step === step).map(({ name }) => name);
        expect(names).to.have.members(["rollout_decode", "score", "optimizer"]);
      }
      for (const { dur, ts } of complete) expect([dur, ts].every(Number.isFinite)).to.be.true;
      // Rewards stand on a row of their own, since they may overlap with the engine's work.
      const rows = new Map(complete.map(({ name, tid }) => [name, tid]));
      expect(rows.get("score")).to.not.equal(rows.get("optimizer"));
      expect(events.filter(({ ph }) => ph === "M").map(({ tid }) => tid)).to.have.members([1, 2]);
    }));

  it("sums its steps by phase, what no span covers last", () =>
    withTemporaryDirectory(async (directory) => {
      const { profile } = await profiledRun(directory);
      const rows = profile.rows();
      expect(rows.map(({ phase }) => phase)).to.deep.equal(["rollout_decode", "optimizer", "host"]);
      expect(rows.reduce((sum, { share }) => sum + share, 0)).to.be.closeTo(1, 1e-9);
      expect(rows.at(-1)!.peakBytes).to.be.null;
      expect(rows[0]!.peakBytes).to.be.above(2 ** 20);
    }));

  it("learns the same as one that is not", () =>
    withTemporaryDirectory(async (directory) => {
      const { end } = await profiledRun(directory);
      const plain = await toyRun({ directory, set: ["training.steps=3"] });
      const weights = (run: string) => readFile(join(run, "adapter/delta.json"), "utf8");
      expect(await weights(end.directory)).to.equal(await weights(plain.directory));
    }));
});
