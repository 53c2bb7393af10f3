import { expect } from "chai";
import type { ListedPlugin } from "../../src/listed-plugins.js";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

/** A module that must not be loaded by a listing. */
const explosive = 'throw new Error("a listing must not run this");\n';

describe("rarl-sdk plugins list", () => {
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    const manifest = {
      name: "rarl-plugin-tea",
      version: "1.2.3",
      type: "module",
      exports: "./index.js",
      rarl: { apiVersion: "1.0", provides: { rewards: ["tea"], trackers: ["cup"] } },
    };
    await workspace.write("node_modules/rarl-plugin-tea/package.json", JSON.stringify(manifest));
    await workspace.write("node_modules/rarl-plugin-tea/index.js", explosive);
    await workspace.write("silent.mjs", explosive);
    await workspace.writeConfig({ plugins: ["rarl-plugin-tea", "./silent.mjs"] });
  });

  after(async () => {
    await workspace.remove();
  });

  it("lists the built-in plugins and what each provides", async () => {
    const { json } = await runCliJson("plugins", "list");

    const { plugins } = json as { readonly plugins: readonly ListedPlugin[] };
    const provides = Object.fromEntries(plugins.map((plugin) => [plugin.name, plugin.provides]));
    expect(provides["rarl-rewards"]).to.deep.equal({
      rewards: ["format", "length", "accuracy", "reasoning", "soft-overlong", "repetition"],
      similarities: ["token-f1", "rouge-l", "bleu"],
    });
    expect(provides["qwen2-vl"]).to.deep.equal({ backbones: ["qwen2-vl"] });
    expect(provides["lora"]).to.deep.equal({ adapters: ["lora"] });
    expect(plugins.every(({ source }) => source === "built-in")).to.equal(true);
  });

  it("lists a configuration's plugins from their manifests, running none of their code", async () => {
    const { json, exitCode } = await runCliJson("plugins", "list", workspace.config);

    expect(exitCode).to.equal(0);
    const { plugins } = json as { readonly plugins: readonly ListedPlugin[] };
    expect(plugins.slice(-2)).to.deep.equal([
      {
        name: "rarl-plugin-tea",
        source: "rarl-plugin-tea",
        version: "1.2.3",
        apiVersion: "1.0",
        provides: { rewards: ["tea"], trackers: ["cup"] },
      },
      { name: "./silent.mjs", source: "./silent.mjs", version: null, apiVersion: null, provides: {} },
    ]);
  });

  it("prints the list for people", async () => {
    const { stdout } = await runCli("plugins", "list", workspace.config);

    expect(stdout).to.include(
      "rarl-plugin-tea (1.2.3, rarl-plugin-tea, API 1.0)\n  rewards: tea\n  trackers: cup\n",
    );
    expect(stdout).to.include("./silent.mjs (./silent.mjs, announces nothing");
  });
});
