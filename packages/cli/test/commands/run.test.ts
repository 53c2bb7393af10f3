import { readdir, readFile } from "node:fs/promises";
import { expect } from "chai";
import { readJsonl, type RunRecord } from "@rarl-sdk/core";
import type { RunSummary } from "../../src/run-summary.js";
import { runProcess } from "../support/child.js";
import { runCli, runCliJson } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

const evaluation = { test: { name: "jsonl", path: "train.jsonl", shuffle: false } };

/**
 * A reward that tells the completions of an untrained model apart, and Ctrl-C where the environment asks for it: once
 * after the first step, or twice during the second rollout.
 */
const helper = `
  context.rewards.addFactory("varied", () => ({
    score: (batch) => batch.map(({ completion }) => (completion.tokenIds[0] % 7) / 7),
  }), { description: "differs from completion to completion" });
  const interrupt = () => new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.kill(process.pid, "SIGINT");
  });
  const how = process.env.RARL_TEST_INTERRUPT;
  context.hooks.step.tapPromise("interrupt", async ({ step }) => {
    if (how === "once" && step === 1) await interrupt();
  });
  let rollouts = 0;
  context.hooks.rollout.tapPromise("interrupt", async () => {
    if (how === "twice" && ++rollouts === 2) {
      await interrupt();
      await interrupt();
    }
  });
`;

describe("rarl-sdk run", () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    const plugin = await workspace.writePlugin("helper", helper);
    const rewards = [...tinyConfig.rewards, { name: "varied" }];
    const training = { steps: 3, checkpointEvery: 1, evaluateAfter: false };
    await workspace.writeConfig({ plugins: [plugin], rewards, training });
  });

  afterEach(async () => {
    await workspace.remove();
  });

  async function recordOf(name: string): Promise<RunRecord> {
    return JSON.parse(await readFile(workspace.path("runs", name, "run.json"), "utf8")) as RunRecord;
  }

  async function weightsOf(run: string): Promise<Buffer> {
    return readFile(workspace.path("runs", run, "adapter/adapter_model.safetensors"));
  }

  it("trains, shows progress off a terminal line by line, and says where everything is", async () => {
    await workspace.writeConfig({
      data: { ...tinyConfig.data, evaluation },
      training: { steps: 2, evaluateBefore: true },
      evaluation: { maxNewTokens: 4 },
    });

    const { stdout, stderr, exitCode } = await runCli("run", workspace.config);

    expect(exitCode).to.equal(0);
    const [run] = await workspace.runs();
    const directory = workspace.path("runs", run!);
    expect(stdout).to.match(
      /^test, before → after +format % +strict accuracy % +lenient accuracy % +reward$/m,
    );
    expect(stdout).to.match(/^all( +\d+\.\d → +\d+\.\d){3} +\d\.\d{3} → \d\.\d{3}$/m);
    expect(stdout).to.match(/^closed /m);
    expect(stdout).to.include("finished after 2 steps");
    expect(stdout).to.include(`run      ${directory}\n`);
    expect(stdout).to.include(`adapter  ${directory}/adapter\n`);
    expect(stderr).to.match(
      /^step 1\/2 .* s\/step .* left .*reward .*\(format .*, length .*, accuracy .*\).* length 6\.0$/m,
    );
    expect(stderr).to.match(/^step 2\/2 /m);
    expect(stderr).not.to.include("\r");
    expect(await readdir(`${directory}/adapter`)).to.include.members([
      "adapter_config.json",
      "adapter_model.safetensors",
    ]);
  });

  it("prints one JSON object with --json, and nothing beside it", async () => {
    const { json, stderr, exitCode } = await runCliJson("run", workspace.config, "--set", "training.steps=1");

    const { status, directory, result, steps, metrics } = json as RunSummary;
    const [run] = await workspace.runs();
    expect({ exitCode, stderr, status, steps }).to.deep.equal({
      exitCode: 0,
      stderr: "",
      status: "finished",
      steps: 1,
    });
    expect(directory).to.equal(workspace.path("runs", run!));
    expect(result).to.equal(workspace.path("runs", run!, "adapter"));
    expect(metrics["completions/mean_length"]).to.equal(6);
    expect(metrics["rewards/varied/mean"]).to.be.within(0, 1);
  });

  it("goes on after Ctrl-C exactly where it was", async () => {
    const interrupted = await runProcess(["run", workspace.config], { env: { RARL_TEST_INTERRUPT: "once" } });

    expect(interrupted).to.include({ exitCode: 130, signal: null });
    expect(interrupted.stderr).to.include("Stopping after this step");
    const [first] = await workspace.runs();
    expect(interrupted.stdout).to.include(`resume   rarl-sdk run --resume ${workspace.path("runs", first!)}`);
    expect(await recordOf(first!)).to.include({ status: "interrupted", lastStep: 1 });

    const resumed = await runCliJson("run", workspace.config, "--resume");
    expect(resumed.json).to.include({
      status: "finished",
      steps: 3,
      directory: workspace.path("runs", first!),
    });

    await runCli("run", workspace.config, "--output", workspace.path("runs"), "--set", "name=whole");
    const whole = (await workspace.runs()).find((name) => name.startsWith("whole"))!;
    expect((await weightsOf(first!)).equals(await weightsOf(whole))).to.equal(true);
    const steps = [];
    for await (const { value } of readJsonl(workspace.path("runs", first!, "metrics.jsonl"))) {
      steps.push((value as unknown as { readonly step: number }).step);
    }
    expect(steps).to.deep.equal([1, 2, 3]);
  });

  it("stops at once on the second Ctrl-C and leaves the last checkpoint intact", async () => {
    const stopped = await runProcess(["run", workspace.config], { env: { RARL_TEST_INTERRUPT: "twice" } });

    expect(stopped.exitCode).to.equal(130);
    expect(stopped.stderr).to.include("Stopping now");
    const [run] = await workspace.runs();
    expect(await recordOf(run!)).to.include({ status: "interrupted", lastStep: 1 });
    expect(await readdir(workspace.path("runs", run!, "checkpoints"))).to.deep.equal(["checkpoint-1"]);
  });

  it("resumes a run folder without its configuration file, from anywhere", async () => {
    await runProcess(["run", workspace.config], { env: { RARL_TEST_INTERRUPT: "once" } });
    const [run] = await workspace.runs();
    await workspace.write("rarl.yaml", "nothing: of use\n");

    const { json } = await runCliJson("run", "--resume", workspace.path("runs", run!));

    expect(json).to.include({ status: "finished", steps: 3 });
  });

  it("refuses to resume with other settings unless --allow-changes, and a run that finished", async () => {
    await runCli("run", workspace.config, "--set", "training.steps=1");

    const changed = await runCli("run", workspace.config, "--resume", "--set", "training.steps=2");
    expect(changed.exitCode).to.equal(3);
    expect(changed.stderr).to.include("RUN_CHANGED: ").and.to.include("training.steps");

    const finished = await runCli("run", workspace.config, "--set", "training.steps=1", "--resume");
    expect(finished.exitCode).to.equal(2);
    expect(finished.stderr).to.include("RUN_FINISHED: ");

    const more = await runCliJson(
      "run",
      workspace.config,
      "--resume",
      "--set",
      "training.steps=2",
      "--allow-changes",
    );
    expect(more.json).to.include({ status: "finished", steps: 2 });
  });

  it("says so when there is nothing to resume", async () => {
    const { exitCode, stderr } = await runCli("run", workspace.config, "--resume");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("RUN_NOT_FOUND: ").and.to.include("tiny");
  });

  it("tells with --dry-run what it would do, and leaves nothing behind", async () => {
    const { json, exitCode } = await runCliJson(
      "run",
      workspace.config,
      "--dry-run",
      "--set",
      "engine.name=wasm",
    );

    expect(exitCode).to.equal(0);
    const { status, directory, plan } = json as RunSummary;
    expect({ status, directory }).to.deep.equal({ status: "checked", directory: null });
    expect(plan).to.deep.include({
      engine: { name: "wasm", device: "cpu" },
      contextLength: 512,
      data: { train: { samples: 2, problems: 0 } },
    });
    // r 2 on q, k, v, o of two layers; hidden 64, keys and values 32 wide.
    expect(plan?.parameters?.trainable).to.equal(2 * 2 * (128 + 96 + 96 + 128));
    expect(plan?.prompt?.images).to.equal(1);
    expect(await workspace.runs()).to.deep.equal([]);
  });

  it("prints nothing with --quiet", async () => {
    const { stdout, stderr, exitCode } = await runCli(
      "run",
      workspace.config,
      "--quiet",
      "--set",
      "training.steps=1",
    );

    expect({ stdout, stderr, exitCode }).to.deep.equal({ stdout: "", stderr: "", exitCode: 0 });
  });

  it("prints the hooks and their taps in the order of the run with --trace-hooks", async () => {
    const { stderr } = await runCli(
      "run",
      workspace.config,
      "--quiet",
      "--trace-hooks",
      "--set",
      "training.steps=1",
    );

    const fired = stderr.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
    const story = [...new Set(fired.map((line) => line.split(" ")[0]!))];
    expect(story.slice(0, 6)).to.deep.equal([
      "configured",
      "engine",
      "backbone",
      "adapt",
      "dataset",
      "started",
    ]);
    expect(story.indexOf("rollout")).to.be.lessThan(story.indexOf("score"));
    expect(story.indexOf("update")).to.be.lessThan(story.indexOf("step"));
    expect(stderr).to.include("  score › accuracy (rarl-rewards)");
    expect(stderr).to.include("  score › varied (helper)");
  });
});
