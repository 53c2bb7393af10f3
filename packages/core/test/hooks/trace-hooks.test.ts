import { expect } from "chai";
import { createKernel, createRunHooks, hookNames, traceHooks } from "@rarl-sdk/core";

const failure = { error: null, directory: null };

describe("traceHooks", () => {
  it("writes every hook and tap as it fires, with the tap's plugin", async () => {
    const kernel = await createKernel({ builtins: [], baseDirectory: "." });
    const lines: string[] = [];
    traceHooks(kernel.hooks, (line) => lines.push(line));
    kernel.hooksFor("rarl-rewards").failed.tap("format", () => undefined);
    kernel.hooks.failed.tapPromise("late", () => Promise.reject(new Error("boom")));
    await kernel.hooks.failed.promise(failure).catch(() => undefined);
    await kernel.hooks.configured.promise({ config: {}, directory: "" });
    expect(lines).to.deep.equal([
      "failed",
      "  failed › format (rarl-rewards)",
      "  failed › late (rarl-sdk)",
      '  failed ✗ tap "late" of plugin rarl-sdk on hook failed failed: boom',
      "configured (no taps)",
    ]);
  });

  it("knows every hook by name, in the order of a run", () => {
    expect(hookNames).to.deep.equal(Object.keys(createRunHooks()));
    expect(hookNames.slice(0, 3)).to.deep.equal(["configured", "engine", "backbone"]);
  });
});
