import { expect } from "chai";
import { createKernel, definePlugin, type Plugin, type PluginContext } from "@rarl-sdk/core";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";
import { partsPlugin } from "./parts-plugin.js";

const kernelOf = (...builtins: Plugin[]) => createKernel({ builtins, baseDirectory: "." });
const plugin = (
  name: string,
  apply: (context: PluginContext) => void = () => undefined,
  more: Partial<Plugin> = {},
) => definePlugin({ name, apiVersion: "1.0", apply, ...more });
const addReward =
  (name: string, options = z.strictObject({})) =>
  (context: PluginContext) => {
    context.rewards.addFactory(name, () => ({ score: () => [] }), { description: name, options });
  };

describe("createKernel", () => {
  it("lists components with the plugin that provides them", async () => {
    const kernel = await kernelOf(partsPlugin, plugin("more", addReward("bleu")));
    expect(kernel.components("rewards").map(({ name, plugin: by }) => `${name} of ${by}`)).to.deep.equal([
      "overlap of parts",
      "length of parts",
      "bleu of more",
    ]);
    expect([kernel.has("rewards", "bleu"), kernel.has("judges", "bleu")]).to.deep.equal([true, false]);
    expect(kernel.components("rewards")[0]?.optionsSchema.parse({})).to.deep.equal({ floor: 0 });
  });

  it("applies plugins after those they require, and otherwise in the order given", async () => {
    const applied: string[] = [];
    const noting = (name: string, requires: readonly string[]) =>
      plugin(name, () => applied.push(name), { requires });
    const kernel = await kernelOf(
      noting("a", ["d"]),
      noting("b", []),
      noting("c", ["b"]),
      noting("d", ["b"]),
    );
    expect(applied).to.deep.equal(["b", "d", "a", "c"]);
    expect(kernel.plugins.map(({ name }) => name)).to.deep.equal(applied);
  });

  it("applies none when anything is wrong with one of them", async () => {
    let applied = 0;
    const counting = plugin("first", () => (applied += 1));
    await expectError(
      "PLUGIN_API_VERSION",
      kernelOf(counting, plugin("second", undefined, { apiVersion: "2.0" })),
    );
    await expectError(
      "PLUGIN_REQUIRES_MISSING",
      kernelOf(counting, plugin("second", undefined, { requires: ["x"] })),
    );
    expect(applied).to.equal(0);
  });

  it("refuses a missing requirement, with the name that was probably meant", async () => {
    const error = await expectError(
      "PLUGIN_REQUIRES_MISSING",
      kernelOf(plugin("rarl-rewards"), plugin("b", undefined, { requires: ["rarl-reward"] })),
    );
    expect(error.message).to.contain("plugin b requires plugin rarl-reward").and.to.contain('"rarl-rewards"');
  });

  it("prints a circle of requirements as a path", async () => {
    const error = await expectError(
      "PLUGIN_CYCLE",
      kernelOf(
        plugin("outside", undefined, { requires: ["a"] }),
        plugin("a", undefined, { requires: ["b"] }),
        plugin("b", undefined, { requires: ["c"] }),
        plugin("c", undefined, { requires: ["a"] }),
      ),
    );
    expect(error.message).to.contain("a → b → c → a").and.not.to.contain("outside");
  });

  it("refuses two plugins of one name", async () => {
    await expectError("PLUGIN_DUPLICATE", kernelOf(plugin("twin"), plugin("twin")));
  });

  it("refuses two components of one name, naming both plugins", async () => {
    const both = kernelOf(plugin("one", addReward("bleu")), plugin("two", addReward("bleu")));
    expect((await expectError("COMPONENT_DUPLICATE", both)).message).to.equal(
      'plugins one and two both register "bleu" among rewards',
    );
  });

  it("lets components of different kinds share a name", async () => {
    const kernel = await kernelOf(partsPlugin);
    expect([kernel.has("trackers", "jsonl"), kernel.has("dataSources", "jsonl")]).to.deep.equal([true, true]);
  });

  it("refuses an option that would hide a key of the section", async () => {
    const taken = kernelOf(plugin("p", addReward("bleu", z.strictObject({ weight: z.number() }))));
    expect((await expectError("COMPONENT_OPTION_RESERVED", taken)).message).to.contain('option "weight"');
  });

  it("says which plugin failed to apply", async () => {
    const failing = plugin("p", () => {
      throw new Error("no luck");
    });
    expect((await expectError("PLUGIN_APPLY_FAILED", kernelOf(failing))).message)
      .to.contain("plugin p")
      .and.contain("no luck");
    const bare = plugin("p", ({ rewards }) => {
      (rewards.addFactory as (...given: unknown[]) => void)("bleu", () => ({ score: () => [] }));
    });
    expect((await expectError("PLUGIN_APPLY_FAILED", kernelOf(bare))).message).to.contain(
      '"bleu" of rewards is registered without its third argument, { description }',
    );
    // A JavaScript plugin, or one whose author overlooks that apply is not awaited.
    const rejecting: () => unknown = () => Promise.reject(new Error("late"));
    const asynchronous = plugin("q", rejecting);
    await expectError("PLUGIN_APPLY_FAILED", kernelOf(asynchronous));
  });

  it("refuses what is no plugin, with all that is wrong", async () => {
    const error = await expectError(
      "PLUGIN_INVALID",
      kernelOf({ name: "", apiVersion: "one", requires: "x", options: {}, apply: 1 } as unknown as Plugin),
    );
    for (const part of ["name", "apiVersion", "requires", "options", "apply"])
      expect(error.message).to.contain(part);
  });
});
