import { expect } from "chai";
import type { Examination } from "../../src/doctor/examine.js";
import { renderExamination } from "../../src/doctor/render-examination.js";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

describe("rarl-sdk doctor", () => {
  let workspace: Workspace;
  const switches = ["RARL_LIBTORCH", "RARL_TFJS_NODE"];
  const given = switches.map((name) => process.env[name]);

  before(async () => {
    // Whatever this machine has: the tests see it without native libraries.
    for (const name of switches) process.env[name] = "none";
    workspace = await Workspace.create();
  });

  after(async () => {
    switches.forEach((name, place) => {
      if (given[place] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = given[place];
    });
    await workspace.remove();
  });

  it("finds the embedded engine, the packages and a folder to write to, and makes none", async () => {
    const { json, exitCode } = await runCliJson("doctor", "--output", workspace.path("new/runs"));

    expect(exitCode).to.equal(0);
    const found = json as Examination;
    expect(found.canTrain).to.equal(true);
    expect(found.node).to.include({ version: process.version, isSupported: true });
    const wasm = found.engines.find(({ name }) => name === "wasm");
    expect(wasm?.probe).to.include({ available: true, version: "4.22.0" });
    expect(found.packages.filter(({ version }) => version === null)).to.deep.equal([]);
    expect(found.packages.map(({ name }) => name)).to.include.members(["rarl-sdk", "@rarl-sdk/core"]);
    expect(found.output).to.deep.equal({ path: workspace.path("new/runs"), problem: null });
    expect(await workspace.runs()).to.deep.equal([]);
  });

  it("says why the output folder cannot be written", async () => {
    const { stdout, exitCode } = await runCli("doctor", "--output", workspace.path("train.jsonl/runs"));

    expect(exitCode).to.equal(0);
    expect(stdout).to.include(`Runs cannot be written to ${workspace.path("train.jsonl/runs")}`);
    expect(stdout).to.include(`${workspace.path("train.jsonl")} is not a folder`);
  });

  it("examines engines of further plugins too, best first, with the remedy of those that cannot run", async () => {
    const plugin = await workspace.writePlugin(
      "abacus",
      `context.engines.addFactory("abacus", () => ({
        name: "abacus", priority: 1000,
        probe: async () => ({ available: false, reason: "there are no beads", remedy: "Buy beads." }),
      }), { description: "for tests" });`,
    );

    const { stdout, exitCode } = await runCli("doctor", "--plugin", workspace.path(plugin));

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(
      /abacus \(priority 1000\): not available, there are no beads\n {4}Buy beads\.\n {2}torch/,
    );
    expect(stdout).to.match(
      /torch \(priority 100\): not available, RARL_LIBTORCH is none\n.*\n {2}tensorflow/,
    );
    expect(stdout).to.match(
      /tensorflow \(priority 50\): not available, RARL_TFJS_NODE is none\n.*\n {2}wasm 4/,
    );
    expect(stdout).to.include("Ready: a run will use the engine wasm.");
  });

  it("says so when no engine can run", () => {
    const probe = { available: false, reason: "there are no beads", remedy: "Buy beads." } as const;
    const text = renderExamination({
      node: { version: "v18.0.0", required: ">=20.19", isSupported: false },
      platform: "linux-x64",
      cores: 2,
      memory: { total: 2 ** 30, free: 2 ** 29, heapLimit: 2 ** 31 },
      packages: [{ name: "rarl-sdk", version: null }],
      engines: [{ name: "abacus", priority: 1, probe }],
      output: { path: "runs", problem: null },
      canTrain: false,
    });

    expect(text).to.include("No engine can run here.");
    expect(text).to.include("Node.js v18.0.0 on linux-x64; >=20.19 is needed");
    expect(text).to.include("rarl-sdk is not installed");
  });
});
