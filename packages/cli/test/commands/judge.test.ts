import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { readVerdicts } from "@rarl-sdk/core";
import { stringify } from "yaml";
import { verdictText } from "../../../plugins/llm-judge/test/support/judge-server.js";
import type { JudgingSummary } from "../../src/commands/judge.js";
import { runCli, runCliJson } from "../support/cli.js";
import { JudgedWorkspace, judgeKey, judgeKeyVariable, verdictSet } from "../support/judged-workspace.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

describe("rarl-sdk judge", () => {
  let workspace: JudgedWorkspace;
  let folder: string;

  beforeEach(async () => {
    workspace = await JudgedWorkspace.create();
    folder = await workspace.writeEvaluation("test", 6);
    process.env[judgeKeyVariable] = judgeKey;
    workspace.server.behaviour = ({ user, protocol }) => ({
      do: "answer",
      text: verdictText(Number(user.includes("<answer>no</answer>")), Number(protocol === "openai")),
    });
  });

  afterEach(async () => {
    Reflect.deleteProperty(process.env, judgeKeyVariable);
    await workspace.remove();
  });

  it("asks the judge of rules, offline, when there is no configuration", async () => {
    const { stdout, stderr, exitCode } = await runCli("judge", folder);

    expect(exitCode, stderr).to.equal(0);
    expect(stderr).to.not.contain("DATA LEAVES");
    expect(stdout)
      .to.match(/^Reasoning, judge rules +100\.0 \[\d+\.\d, 100\.0\] +6$/m)
      .and.match(/^Final, judge rules +50\.0 \[/m)
      .and.match(/^rules: 6 valid$/m);
    const lines = (await readFile(path.join(folder, "verdicts-rules.jsonl"), "utf8")).trim().split("\n");
    expect(lines).to.have.length(6);
  });

  it("has several judges grade, each into a file of its own, and asks nothing twice", async () => {
    const judges = [workspace.openai({ label: "gpt" }), workspace.gemini(), { name: "rules" }];
    const config = await workspace.writeJudges(judges);
    const { json, stderr, exitCode } = await runCliJson("judge", folder, "--config", config);

    expect(exitCode, stderr).to.equal(0);
    const { judged, evaluations } = json as JudgingSummary;
    expect(judged.map(({ judge, states: { valid } }) => [judge, valid])).to.deep.equal([
      ["gpt", 6],
      ["gemini", 6],
      ["rules", 6],
    ]);
    const means = evaluations[0]!.figures.map(({ measure, value }) => [measure, value]);
    expect(Object.fromEntries(means)).to.include({
      "judge:gpt/reasoning": 1,
      "judge:gemini/reasoning": 0,
      "judge:gpt/prediction": 0.5,
    });
    expect([...(await readVerdicts(folder)).keys()].sort()).to.deep.equal(["gemini", "gpt", "rules"]);
    const asked = workspace.server.calls.length;
    // Odd and even samples differ in the answer alone, and every question in its number.
    expect(asked).to.equal(12);

    const again = await runCli("judge", folder, "--config", config, "--judge", "gpt");
    expect(again.stdout).to.contain("gpt: 6 valid; 6 of them from earlier");
    expect(workspace.server.calls).to.have.length(asked);

    // The same predictions in another evaluation come from the cache.
    const copy = await workspace.writeEvaluation("copy", 6);
    await runCli("judge", copy, "--config", config, "--judge", "gpt");
    expect(workspace.server.calls).to.have.length(asked);
  });

  it("says what is missing when the money does not reach, and goes on from there with more", async () => {
    const price = { input: 1, output: 10 };
    const config = await workspace.writeJudges([workspace.openai({ price, maximumCost: 0.007 })]);
    const short = await runCli("judge", folder, "--config", config);
    expect(short.exitCode).to.equal(5);
    expect(short.stderr).to.contain("JUDGE_INCOMPLETE: ").and.to.contain("maximumCost");
    const { answered } = workspace.server;
    expect(answered).to.be.above(0).and.below(6);

    const more = ["--set", "judges.0.maximumCost=1"];
    const { exitCode, stdout } = await runCli("judge", folder, "--config", config, ...more);
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain(`openai: 6 valid; ${answered} of them from earlier`);
    expect(workspace.server.answered).to.equal(6);
  });

  it("asks again about states that are named", async () => {
    let text = "no idea";
    workspace.server.behaviour = () => ({ do: "answer", text });
    const config = await workspace.writeJudges([workspace.openai()]);
    const first = await runCli("judge", folder, "--config", config);
    expect(first.exitCode).to.equal(0);
    expect(first.stdout).to.contain("openai: 0 valid, 6 unparseable");
    text = verdictText(1);
    await runCli("judge", folder, "--config", config);
    expect(workspace.server.calls).to.have.length(6);
    const { stdout } = await runCli("judge", folder, "--config", config, "--again", "unparseable");
    expect(stdout).to.match(/^openai: 6 valid(?!.*earlier)/m);
  });

  it("stops before anything is asked without the key, and for a judge that is not there", async () => {
    Reflect.deleteProperty(process.env, judgeKeyVariable);
    const config = await workspace.writeJudges([workspace.openai()]);
    const keyless = await runCli("judge", folder, "--config", config);
    expect(keyless.exitCode).to.equal(5);
    expect(keyless.stderr).to.contain("JUDGE_KEY_MISSING: ").and.to.contain(judgeKeyVariable);
    const unknown = await runCli("judge", folder, "--config", config, "--judge", "openal");
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.contain("JUDGE_UNKNOWN: ").and.to.contain('"openai"');
    expect(workspace.server.calls).to.have.length(0);
  });

  it("writes and prints the key nowhere, even when the endpoint does", async () => {
    const config = await workspace.writeJudges([workspace.openai(), workspace.gemini()]);
    workspace.server.behaviour = ({ number }) =>
      number < 3
        ? { do: "answer", text: verdictText(1).replace("Compared", judgeKey) }
        : { do: "fail", status: 401, body: { error: { message: `no such key ${judgeKey}` } } };
    process.env["RARL_DEBUG"] = "1";
    try {
      const { stdout, stderr, exitCode } = await runCli("judge", folder, "--config", config);
      expect(exitCode).to.equal(5);
      expect(stderr).to.contain("JUDGE_REJECTED").and.to.contain("[key]");
      expect(stdout + stderr + (await workspace.everythingWritten())).to.not.contain(judgeKey);
    } finally {
      Reflect.deleteProperty(process.env, "RARL_DEBUG");
    }
    expect(Object.keys(await verdictSet(folder)).length).to.be.at.least(1);
  });
});

describe("notices about data that leave the machine", () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(async () => {
    await workspace.remove();
  });

  const remote = { name: "openai", model: "m", baseURL: "https://judges.example/v1" };

  it("stand in config check, for judges and for judges of rewards, and not for endpoints on this machine", async () => {
    await workspace.writeConfig({ judges: [remote] });
    const { stdout, exitCode } = await runCli("config", "check", workspace.config);
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain(
      "DATA LEAVES THIS MACHINE: judges.openai sends questions, reference answers, annotated reasoning and completions as text (no images) to https://judges.example/v1",
    );
    const judge = { ...remote, baseURL: "http://10.0.0.1/v1" };
    await workspace.writeConfig({ rewards: [{ name: "reasoning", judge }] });
    const { json } = await runCliJson("config", "check", workspace.config);
    const { sendsTo } = json as { readonly sendsTo: readonly Record<string, string>[] };
    expect(sendsTo).to.have.length(1);
    expect(sendsTo[0]).to.include({
      component: "rewards.reasoning, judges.openai",
      address: "http://10.0.0.1/v1",
    });
    expect(sendsTo[0]!["what"]).to.contain("UNENCRYPTED");
    await workspace.writeConfig({
      judges: [{ ...remote, baseURL: "http://127.0.0.1:1/v1" }, { name: "rules" }],
    });
    expect((await runCli("config", "check", workspace.config)).stdout).to.not.contain("LEAVES");
  });

  it("are printed before a run", async () => {
    await workspace.write("judges.yaml", stringify({ ...tinyConfig, judges: [remote] }));
    const { stderr, exitCode } = await runCli("run", workspace.path("judges.yaml"), "--dry-run");
    expect(exitCode, stderr).to.equal(0);
    expect(stderr).to.contain("DATA LEAVES THIS MACHINE: judges.openai");
  });
});
