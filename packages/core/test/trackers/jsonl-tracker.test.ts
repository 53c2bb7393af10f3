import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRunHooks } from "@rarl-sdk/core";
import { JsonlTracker } from "../../src/trackers/jsonl-tracker.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

describe("the jsonl tracker", () => {
  it("has a step's lines on disk when the step hook has returned, and closes when the run fails", () =>
    withTemporaryDirectory(async (directory) => {
      const hooks = createRunHooks();
      new JsonlTracker().track(hooks);
      await hooks.started.promise({ name: "x", directory, totalSteps: 2, firstStep: 1, config: {} });
      const report = { metrics: { loss: 0.5, grad_norm: Number.NaN }, completions: [], warnings: [] };
      await hooks.step.promise({ step: 1, totalSteps: 2, seconds: 0.25, report });
      const file = join(directory, "metrics.jsonl");
      expect(await readFile(file, "utf8")).to.equal(
        '{"step":1,"seconds":0.25,"loss":0.5,"grad_norm":null}\n',
      );
      await hooks.failed.promise({ error: new Error("x"), directory });
      // Closed: a step after the end writes nothing.
      await hooks.step.promise({ step: 2, totalSteps: 2, seconds: 0.25, report });
      expect((await readFile(file, "utf8")).split("\n")).to.have.length(2);
      expect((await readdir(directory)).sort()).to.deep.equal(["completions.jsonl", "metrics.jsonl"]);
    }));
});
