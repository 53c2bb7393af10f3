import { expect } from "chai";
import { readJsonl } from "@rarl-sdk/core";
import { runCli } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

describe("rarl-sdk run with engine.memory", () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(async () => {
    await workspace.remove();
  });

  const withMemory = (memory: string) =>
    workspace.writeConfig({
      engine: { name: "wasm", memory },
      algorithm: { ...tinyConfig.algorithm, promptsPerStep: 2, maxNewTokens: 6 },
    });

  it("says beforehand why a run does not fit, and leaves nothing behind", async () => {
    await withMemory("10MB");
    const { exitCode, stderr } = await runCli("run", workspace.config);
    expect(exitCode).to.equal(5);
    expect(stderr).to.match(
      /MEMORY_BUDGET: this run needs about [\d.]+ [MG]B and engine\.memory allows 10MB: [\d.]+ [MG]B are in use/,
    );
    expect(stderr).to.include("a gradient pass over 1 × 1 of them, activations recomputed takes");
    expect(await workspace.runs()).to.deep.equal([]);
  });

  it("says the same in a dry run", async () => {
    await withMemory("10MB");
    const { exitCode, stderr } = await runCli("run", workspace.config, "--dry-run");
    expect(exitCode).to.equal(5);
    expect(stderr).to.include("MEMORY_BUDGET");
  });

  it("trains where it fits, and tells what it expects to need", async () => {
    await withMemory("16 GiB");
    const { exitCode, stderr } = await runCli("run", workspace.config);
    expect(exitCode, stderr).to.equal(0);
    const [run] = await workspace.runs();
    const messages: unknown[] = [];
    for await (const { value } of readJsonl(workspace.path("runs", run!, "events.jsonl")))
      messages.push((value as { message?: string }).message);
    const plan = messages.find((message) => String(message).includes("engine.memory"));
    expect(plan).to.match(
      /^about .* of engine\.memory \(16 GiB\) expected: .* for a gradient pass over 2 × 2 of them$/,
    );
  });

  it("refuses an amount without a unit", async () => {
    await withMemory("16");
    const { exitCode, stderr } = await runCli("config", "check", workspace.config);
    expect(exitCode).to.equal(3);
    expect(stderr).to.include("engine.memory").and.include("such as 16GB");
  });
});
