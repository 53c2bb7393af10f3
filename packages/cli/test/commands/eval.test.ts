import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { lockFolder, readEvaluationRecord, readPredictions } from "@rarl-sdk/core";
import type { EvaluationSummary } from "../../src/commands/eval.js";
import { runProcess } from "../support/child.js";
import { runCli, runCliJson } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

const evaluation = { test: { name: "jsonl", path: "train.jsonl", shuffle: false } };

/** Ctrl-C once the first batch is asked for, where the environment asks for it. */
const interrupting = `
  context.hooks.rollout.tapPromise("interrupt", async () => {
    if (process.env.RARL_TEST_INTERRUPT === undefined) return;
    await new Promise((resolve) => {
      process.once("SIGINT", resolve);
      process.kill(process.pid, "SIGINT");
    });
  });
`;

describe("rarl-sdk eval", () => {
  let workspace: Workspace;
  let run: string;

  beforeEach(async () => {
    workspace = await Workspace.create();
    const plugins = [await workspace.writePlugin("interrupting", interrupting)];
    await workspace.writeConfig({
      data: { ...tinyConfig.data, evaluation },
      evaluation: { maxNewTokens: 4, batchSize: 1 },
      training: { steps: 1, evaluateAfter: false },
      plugins,
    });
    await runCli("run", workspace.config, "--quiet");
    run = workspace.path("runs", (await workspace.runs())[0]!);
  });

  afterEach(async () => {
    await workspace.remove();
  });

  const summariesOf = (json: unknown) =>
    (json as { readonly evaluations: readonly EvaluationSummary[] }).evaluations;

  it("evaluates a run's adapter, its base, and a merged checkpoint, each in a folder of its own", async () => {
    const adapter = await runCli("eval", "--run", run);
    expect(adapter.exitCode, adapter.stderr).to.equal(0);
    expect(adapter.stdout)
      .to.match(/^test +mean \[95 %\] +n$/m)
      .and.match(/^Accuracy, strict +\d+\.\d \[\d+\.\d, \d+\.\d\] +2$/m)
      .and.match(/^kind closed /m);
    await runCli("eval", "--run", run, "--base", "--style", "reasoning", "--style", "non-reasoning");
    await runCli("export", "--run", run, "--output", workspace.path("merged"));
    await runCli("eval", "--run", run, "--merged", workspace.path("merged"));
    expect((await readdir(`${run}/eval`)).sort()).to.deep.equal([
      "test",
      "test-merged",
      "test-non-reasoning-base",
      "test-reasoning-base",
    ]);
    const texts = async (label: string) =>
      (await readPredictions(`${run}/eval/${label}`)).map(({ completion }) => completion);
    expect(await texts("test-merged")).to.deep.equal(await texts("test"));
    const [record] = await readPredictions(`${run}/eval/test-non-reasoning-base`);
    expect(record).to.include({ style: "non-reasoning" });
  });

  it("goes on after Ctrl-C with what is missing, and then has nothing to do", async () => {
    const stopped = await runProcess(["eval", "--run", run], { env: { RARL_TEST_INTERRUPT: "1" } });
    expect(stopped.exitCode, stopped.stderr).to.equal(130);
    expect(stopped.stderr).to.include("every prediction made so far is kept");
    const first = await runCliJson("eval", "--run", run);
    expect(first.exitCode).to.equal(0);
    expect(summariesOf(first.json)[0]).to.include({ label: "test", wasThere: false });
    const second = await runCliJson("eval", "--run", run);
    expect(summariesOf(second.json)[0]).to.deep.equal({ ...summariesOf(first.json)[0], wasThere: true });
  });

  it("takes an adapter folder and a further set with a configuration, and another output", async () => {
    await workspace.writeSamples([{ id: "x", question: "Why?", answer: "so", kind: "open" }], "more.jsonl");
    const { stderr, exitCode } = await runCli(
      "eval",
      workspace.config,
      ...["--adapter", `${run}/adapter`, "--output", workspace.path("out"), "--data", "more"],
      ...["--set", "data.evaluation.more={name: jsonl, path: more.jsonl}"],
    );
    expect(exitCode, stderr).to.equal(0);
    expect(await readdir(workspace.path("out"))).to.deep.equal(["more-adapter"]);
  });

  it("refuses a folder made with other settings, and says what differs", async () => {
    await runCli("eval", "--run", run);
    const changed = await runCli("eval", "--run", run, "--set", "evaluation.maxNewTokens=3");
    expect(changed.exitCode).to.equal(2);
    expect(changed.stderr).to.include("EVALUATION_CHANGED").and.include("maxNewTokens");
    const anew = await runCli("eval", "--run", run, "--set", "evaluation.maxNewTokens=3", "--overwrite");
    expect(anew.exitCode).to.equal(0);
  });

  it("names a broken line of the predictions, and leaves the file as it is", async () => {
    await runCli("eval", "--run", run);
    const file = `${run}/eval/test/predictions.jsonl`;
    const broken = `{"sample": 1}\n${await readFile(file, "utf8")}`;
    await writeFile(file, broken);
    const { exitCode, stderr } = await runCli("eval", "--run", run);
    expect(exitCode).to.equal(6);
    expect(stderr).to.include("predictions.jsonl:1");
    expect(await readFile(file, "utf8")).to.equal(broken);
  });

  it("says and records what became of the set's records, and the first that is bad", async () => {
    const good = { image: "image.png", answer: "yes", kind: "closed" };
    const lines = [
      { ...good, id: "x", question: "Why?" },
      { ...good, id: "y" },
      { ...good, id: "z", question: "So?" },
    ];
    await workspace.writeSamples(lines, "mixed.jsonl");
    const set = "data.evaluation.mixed={name: jsonl, path: mixed.jsonl, onProblem: skip, limit: 1}";
    const { stderr, exitCode } = await runCli("eval", "--run", run, "--set", set, "--data", "mixed");
    expect(exitCode, stderr).to.equal(0);
    expect(stderr)
      .to.include("evaluating mixed: 1 samples, 1 records set aside, 1 left out by the selection")
      .and.match(/the first record set aside: .*question/);
    expect(await readEvaluationRecord(`${run}/eval/mixed`)).to.deep.include({
      records: { kept: 1, setAside: 1, leftOut: 1 },
    });
  });

  it("leaves a folder alone that another process evaluates into", async () => {
    const folder = `${run}/eval/test`;
    await mkdir(folder, { recursive: true });
    const lock = await lockFolder(folder, "evaluation");
    const { exitCode, stderr } = await runCli("eval", "--run", run);
    expect(exitCode).to.equal(5);
    expect(stderr).to.include("FOLDER_IN_USE").and.include(folder);
    await lock.release();
    expect((await runCli("eval", "--run", run)).exitCode).to.equal(0);
  });

  it("wants a configuration or a run, known sets, and an adapter where weights are given", async () => {
    const codes = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await runCli("eval", ...args);
      return `${exitCode} ${/^\S*?([A-Z_]+):/m.exec(stderr)?.[1] ?? stderr}`;
    };
    expect(await codes()).to.equal("2 USAGE");
    expect(await codes(workspace.config, "--run", run)).to.equal("2 USAGE");
    expect(await codes("--run", run, "--data", "tset")).to.equal("2 EVALUATION_SET_UNKNOWN");
    expect(await codes("--run", workspace.path("none"))).to.equal("2 RUN_NOT_FOUND");
    expect(await codes(workspace.config, "--adapter", "x", "--set", "adapter=null")).to.equal(
      "2 ADAPTER_NOT_CONFIGURED",
    );
    expect(await codes(workspace.config, "--base", "--merged", "x")).to.equal("2 USAGE");
    expect(await codes("--run", run, "--label", "../outside")).to.equal("2 USAGE");
  });

  it("leaves no folder of an evaluation that came to nothing", async () => {
    const { stderr } = await runCli("eval", "--run", run, "--style", "absent");

    expect(stderr).to.include("PROMPT_STYLE_UNKNOWN");
    expect(await readdir(`${run}/eval`)).not.to.include("test-absent");
  });
});
