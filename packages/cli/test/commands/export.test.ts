import { cp, readdir, readFile } from "node:fs/promises";
import { expect } from "chai";
import { openSafetensors } from "@rarl-sdk/nn";
import type { Generation } from "../../src/commands/generate.js";
import { runCli, runCliJson } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

/** Rewards that differ, so that three steps change what the model says. */
const varied = `
  context.rewards.addFactory("varied", () => ({
    score: (batch) => batch.map(({ completion }) => (completion.tokenIds[0] % 7) / 7),
  }), { description: "differs from completion to completion" });
`;

describe("rarl-sdk export", () => {
  let workspace: Workspace;
  let run: string;

  before(async () => {
    workspace = await Workspace.create();
    const plugin = await workspace.writePlugin("varied-reward", varied);
    await workspace.writeConfig({
      plugins: [plugin],
      rewards: [...tinyConfig.rewards, { name: "varied" }],
      optimizer: { learningRate: 0.5 },
      training: { steps: 3, evaluateAfter: false },
    });
    await runCli("run", workspace.config);
    run = workspace.path("runs", (await workspace.runs())[0]!);
  });

  after(async () => {
    await workspace.remove();
  });

  async function generate(...model: readonly string[]): Promise<Generation> {
    const { json } = await runCliJson(
      "generate",
      ...model,
      "--image",
      workspace.path("image.png"),
      "--prompt",
      "What is seen?",
      "--max-new-tokens",
      "8",
    );
    return json as Generation;
  }

  it("merges a run's adapter into a checkpoint that answers like model and adapter", async () => {
    const output = workspace.path("merged");

    const { stdout, exitCode } = await runCli("export", "--run", run, "--output", output);

    expect({ stdout, exitCode }).to.deep.equal({ stdout: `${output}\n`, exitCode: 0 });
    expect((await readdir(output)).sort()).to.deep.equal((await readdir(workspace.path("model"))).sort());
    const plain = await generate("--model", workspace.path("model"));
    const adapted = await generate("--model", workspace.path("model"), "--adapter", `${run}/adapter`);
    const merged = await generate("--model", output);
    expect(merged.tokenIds).to.deep.equal(adapted.tokenIds);
    merged.logProbs.forEach((logProb, token) => {
      expect(logProb).to.be.closeTo(adapted.logProbs[token]!, 1e-4);
    });
    const changes = plain.logProbs.map((logProb, token) => Math.abs(logProb - adapted.logProbs[token]!));
    expect(Math.max(...changes), "the adapter changes something").to.be.greaterThan(1e-2);
  });

  it("takes model and adapter by their folders and writes the dtype asked for", async () => {
    const output = workspace.path("half/merged");

    const { exitCode } = await runCli(
      "export",
      "--model",
      workspace.path("model"),
      "--adapter",
      `${run}/adapter`,
      "--output",
      output,
      "--dtype",
      "BF16",
    );

    expect(exitCode).to.equal(0);
    const file = await openSafetensors(`${output}/model.safetensors`);
    try {
      expect(new Set(file.names.map((name) => file.info(name).dtype))).to.deep.equal(new Set(["BF16"]));
    } finally {
      await file.close();
    }
  });

  it("refuses an output folder that holds something, and leaves it alone", async () => {
    await workspace.write("full/mine.txt", "mine");

    const { exitCode, stderr } = await runCli("export", "--run", run, "--output", workspace.path("full"));

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("OUTPUT_NOT_EMPTY: ").and.to.include(workspace.path("full"));
    expect(await readdir(workspace.path("full"))).to.deep.equal(["mine.txt"]);
    expect(await readFile(workspace.path("full/mine.txt"), "utf8")).to.equal("mine");
  });

  it("leaves nothing behind when it fails", async () => {
    await cp(workspace.path("model"), workspace.path("other"), { recursive: true });
    await workspace.editJson("other/config.json", (config) => {
      (config["text_config"] as Record<string, unknown>)["intermediate_size"] = 24;
    });

    const { exitCode } = await runCli(
      "export",
      "--model",
      workspace.path("other"),
      "--adapter",
      `${run}/adapter`,
      "--output",
      workspace.path("never"),
    );

    expect(exitCode).to.equal(5);
    const names = await readdir(workspace.folder);
    expect(names.filter((name) => name.includes("never"))).to.deep.equal([]);
  });

  it("refuses a run that has no result yet", async () => {
    await cp(run, workspace.path("unfinished"), {
      recursive: true,
      filter: (file) => !file.endsWith("/adapter"),
    });

    const { exitCode, stderr } = await runCli(
      "export",
      "--run",
      workspace.path("unfinished"),
      "--output",
      workspace.path("none"),
    );

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("RUN_NOT_FOUND: ").and.to.include("adapter");
  });
});
