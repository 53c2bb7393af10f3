import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

describe("rarl-sdk config", () => {
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
  });

  after(async () => {
    await workspace.remove();
  });

  it("prints the effective configuration with defaults and overrides, which is a configuration again", async () => {
    const args = ["--set", "training.steps=7", "--set", "rewards.0.weight=2"];
    const { stdout, exitCode } = await runCli("config", "print", workspace.config, ...args);

    expect(exitCode).to.equal(0);
    const printed = parse(stdout) as Record<string, Record<string, unknown>>;
    expect(printed["seed"]).to.equal(42);
    expect(printed["training"]).to.include({ steps: 7, checkpointEvery: 100 });
    expect(printed["rewards"]![0]).to.include({ name: "format", weight: 2 });
    await workspace.write("effective.yaml", stdout);
    const again = await runCli("config", "print", workspace.path("effective.yaml"));
    expect(again.stdout).to.equal(stdout);
  });

  it("checks a configuration without opening model or data", async () => {
    const args = ["--set", "model.path=nowhere", "--set", "data.train.path=nowhere.jsonl"];
    const { json, exitCode } = await runCliJson("config", "check", workspace.config, ...args);

    expect(exitCode).to.equal(0);
    expect(json).to.include({ valid: true, file: workspace.config });
    expect(json)
      .to.have.property("fingerprint")
      .that.matches(/^[0-9a-f]{64}$/);
  });

  it("checks a file of judges alone, and says what leaves the machine", async () => {
    await workspace.write("judges.yaml", "judges: [{ name: openai, model: gpt-4o-mini }]\n");
    const { stdout, exitCode } = await runCli("config", "check", workspace.path("judges.yaml"));

    expect(exitCode).to.equal(0);
    expect(stdout).to.include("judges.yaml: in order").and.include("DATA LEAVES THIS MACHINE");
    const wrong = await runCli("config", "check", workspace.path("judges.yaml"), "--set", "judges.0.modle=x");
    expect(wrong.stderr).to.include('unknown key judges[0].modle; did you mean "model"?');
  });

  it("lists every problem with its path and line, and exits with 3", async () => {
    const args = ["--set", "training.steps=-1", "--set", "seed=much"];
    const { stderr, exitCode } = await runCli("config", "check", workspace.config, ...args);

    expect(exitCode).to.equal(3);
    expect(stderr).to.include("CONFIG_INVALID: ").and.include("training.steps").and.include("seed");
  });

  it("says which override cannot be applied", async () => {
    const { stderr, exitCode } = await runCli("config", "check", workspace.config, "--set", "seed");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include('CONFIG_OVERRIDE: override "seed"');
  });

  it("names a configuration file that is not there", async () => {
    const { stderr, exitCode } = await runCli("config", "check", workspace.path("lost.yaml"));

    expect(exitCode).to.equal(3);
    expect(stderr).to.include("CONFIG_MISSING: ").and.include("lost.yaml");
  });

  it("writes a draft-07 schema that knows the options of the configuration's plugins", async () => {
    const plugin = await workspace.writePlugin(
      "tea",
      'context.rewards.addFactory("tea", () => ({ score: (batch) => batch.map(() => 1) }), { description: "likes tea" });',
    );
    await workspace.write("with-plugin.yaml", `plugins: ["${plugin}"]\n`);
    const file = workspace.path("rarl.schema.json");

    const { stdout } = await runCli("config", "schema", workspace.path("with-plugin.yaml"), "--output", file);

    expect(stdout).to.equal(`${file}\n`);
    const text = await readFile(file, "utf8");
    const schema = JSON.parse(text) as Readonly<Record<string, unknown>>;
    expect(schema["$schema"]).to.equal("http://json-schema.org/draft-07/schema#");
    expect(text).to.include('"likes tea"').and.include('"groupSize"');
    const plain = await runCli("config", "schema");
    expect(JSON.parse(plain.stdout)).to.be.an("object");
    expect(plain.stdout).not.to.include("likes tea");
  });
});
