import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { readPredictions } from "@rarl-sdk/core";
import { runProcess } from "../support/child.js";
import { runCli } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

const samples = 12;
const variable = "RARL_TEST_KILL";

/** Kills its own process, as `kill -9` does, at the hook and the call of it that the environment names. */
const killing = `
  const [hook, at] = (process.env.${variable} ?? "").split(" ");
  let calls = 0;
  const kill = async () => {
    if (++calls === Number(at)) process.kill(process.pid, "SIGKILL");
  };
  if (hook === "prompt") context.hooks.prompt.tapPromise("kill", async (draft) => (await kill(), draft));
  if (hook === "rollout") context.hooks.rollout.tapPromise("kill", async () => { await kill(); });
`;

describe("rarl-sdk eval, killed at counted moments", () => {
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    const records = Array.from({ length: samples }, (_, number) => ({
      id: `s${number}`,
      image: "image.png",
      question: `Is there a nodule in part ${number}?`,
      answer: number % 2 === 0 ? "yes" : "left lung",
      kind: number % 2 === 0 ? "closed" : "open",
    }));
    await workspace.writeSamples(records, "test.jsonl");
    const evaluation = { test: { name: "jsonl", path: "test.jsonl" } };
    await workspace.writeConfig({
      data: { ...tinyConfig.data, evaluation },
      evaluation: { maxNewTokens: 4, batchSize: 2, temperature: 1 },
      plugins: [await workspace.writePlugin("killing", killing)],
    });
  });

  after(() => workspace.remove());

  const evaluate = (output: string) => ["eval", workspace.config, "--output", workspace.path(output)];
  const predictionsIn = async (output: string) =>
    new Map((await readPredictions(workspace.path(output, "test"))).map((one) => [one.sample.id, one]));

  it("has the predictions and the report of an evaluation that was left alone", async () => {
    const quiet = await runCli(...evaluate("quiet"));
    expect(quiet.exitCode, quiet.stderr).to.equal(0);

    const known: number[] = [];
    for (const moment of ["prompt 1", "rollout 2", "prompt 4", "rollout 3", "prompt 2"]) {
      const { signal, stderr } = await runProcess(evaluate("killed"), { env: { [variable]: moment } });
      expect(signal, `${moment}\n${stderr}`).to.equal("SIGKILL");
      known.push((await predictionsIn("killed")).size);
    }
    // Nothing that was written is lost or made again, and every process went on where the last one was.
    expect(known).to.deep.equal([0, 2, 4, 8, 8]);
    const last = await runCli(...evaluate("killed"));
    expect(last.exitCode, last.stderr).to.equal(0);
    expect(last.stderr).to.include("evaluating test: 12 samples; 8 of them done earlier");

    expect(await predictionsIn("killed")).to.deep.equal(await predictionsIn("quiet"));
    const report = (output: string) => readFile(workspace.path(output, "test", "report.json"), "utf8");
    expect(await report("killed")).to.equal(await report("quiet"));
  });
});
