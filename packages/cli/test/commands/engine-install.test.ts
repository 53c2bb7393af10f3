import { expect } from "chai";
import { runProcess } from "../support/child.js";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

/** An engine that tells what it was asked and can be told to wait for its interruption. */
const abacus = `context.engines.addFactory("abacus", () => ({
  name: "abacus", priority: 1,
  probe: async () => { throw new Error("the beads are stuck"); },
  install: ({ signal, report, ...asked }) => {
    report("carving beads");
    if (asked.version !== "forever")
      return Promise.resolve({ version: asked.version ?? "1.0", folder: JSON.stringify(asked), isNew: !asked.existing });
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      process.kill(process.pid, "SIGINT");
    });
  },
}), { description: "for tests" });`;

describe("rarl-sdk engine install", () => {
  let workspace: Workspace;
  let plugin: string;

  before(async () => {
    workspace = await Workspace.create();
    plugin = workspace.path(await workspace.writePlugin("abacus", abacus));
  });

  after(() => workspace.remove());

  it("asks the engine of a plugin, with what the flags say, and reports its progress", async () => {
    const flags = [
      "--device",
      "cuda",
      "--version",
      "2.0",
      "--python",
      "py",
      "--index-url",
      "https://a.example",
    ];
    const more = ["--extra-index-url", "https://b.example", "--force", "--plugin", plugin];
    const { stdout, stderr, exitCode } = await runCli("engine", "install", "abacus", ...flags, ...more);

    expect(exitCode).to.equal(0);
    expect(stderr).to.equal("carving beads\n");
    const asked = /version 2\.0 in (\{.*\}) is installed/.exec(stdout)?.[1] ?? "null";
    expect(JSON.parse(asked)).to.deep.equal({
      device: "cuda",
      version: "2.0",
      python: "py",
      force: true,
      indexUrl: "https://a.example",
      extraIndexUrls: ["https://b.example"],
    });
  });

  it("answers in JSON alone with --json", async () => {
    const { json, stderr } = await runCliJson(
      "engine",
      "install",
      "abacus",
      "--existing",
      "--plugin",
      plugin,
    );

    expect(json).to.include({ engine: "abacus", version: "1.0", isNew: false });
    expect(stderr).to.equal("");
  });

  it("says which engines can be installed when one has nothing to install", async () => {
    const { json, exitCode } = await runCliJson("engine", "install", "wasm", "--plugin", plugin);

    expect(exitCode).to.equal(2);
    expect(json).to.have.nested.property("error.code", "ENGINE_INSTALL_NONE");
    expect(json)
      .to.have.nested.property("error.message")
      .that.matches(/can be installed: torch, abacus$/);
  });

  it("refuses an engine it does not know, and flags that contradict each other", async () => {
    const unknown = await runCli("engine", "install", "abacu", "--plugin", plugin);
    expect(unknown.stderr).to.match(/did you mean "abacus"/);
    const both = await runCli("engine", "install", "torch", "--existing", "--version", "2.0");
    expect(both.exitCode).to.equal(2);
    expect(both.stderr).to.match(/--version.*--existing|--existing.*--version/);
  });

  it("stops at Ctrl-C with exit code 130", async () => {
    const { exitCode, stderr } = await runProcess([
      ...["engine", "install", "abacus", "--version", "forever", "--plugin", plugin],
    ]);

    expect(exitCode).to.equal(130);
    expect(stderr).to.match(/carving beads\nStopping; .*\ninterrupted; the same command goes on/);
  });

  it("is not kept from examining other engines by one whose probe fails", async () => {
    const { stdout, exitCode } = await runCli("doctor", "--plugin", plugin);

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(
      /abacus \(priority 1\): not available, looking for it failed: the beads are stuck\n/,
    );
    expect(stdout).to.include("wasm 4.22.0");
  });
});
