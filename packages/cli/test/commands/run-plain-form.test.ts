import { readFile } from "node:fs/promises";
import { TorchEngine } from "@rarl-sdk/engine-torch";
import { openSafetensors } from "@rarl-sdk/nn";
import { expect } from "chai";
import { runCli } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

const torch = await new TorchEngine().probe();

/** A reward that tells the completions of an untrained model apart. */
const varied = `
  context.rewards.addFactory("varied", () => ({
    score: (batch) => batch.map(({ completion }) => completion.tokenIds.reduce((sum, id) => sum + id, 0) % 7),
  }), { description: "differs from completion to completion" });
`;

for (const engine of ["wasm", "torch"]) {
  const isThere = engine === "wasm" || torch.available;
  (isThere ? describe : describe.skip)(`three GRPO steps on ${engine}`, () => {
    let workspace: Workspace;

    beforeEach(async () => {
      workspace = await Workspace.create();
      const plugin = await workspace.writePlugin("varied", varied);
      await workspace.writeConfig({
        engine: { name: engine, threads: 1 },
        plugins: [plugin],
        rewards: [{ name: "varied" }],
        // With the usual epsilon a gradient near 0, which is rounding, would be blown up to a full step.
        optimizer: { learningRate: 0.01, epsilon: 1e-4 },
        // Several prompts a step and several groups a pass, with a reference.
        algorithm: { ...tinyConfig.algorithm, groupSize: 3, promptsPerStep: 2, maxNewTokens: 8, beta: 0.04 },
        training: { steps: 3, evaluateAfter: false },
      });
    });

    afterEach(async () => {
      await workspace.remove();
    });

    /** Runs and gives the adapter's bytes, and its tensors by name. */
    async function train(...set: string[]) {
      const { exitCode, stderr } = await runCli(
        "run",
        workspace.config,
        ...set.flatMap((one) => ["--set", one]),
      );
      expect(exitCode, stderr).to.equal(0);
      const file = workspace.path(
        "runs",
        (await workspace.runs()).at(-1)!,
        "adapter/adapter_model.safetensors",
      );
      const bytes = await readFile(file);
      const opened = await openSafetensors(file);
      const tensors = new Map<string, Float32Array>();
      for (const name of opened.names) tensors.set(name, await opened.read(name));
      await opened.close();
      return { bytes, tensors };
    }

    it("give the same parameters as the plain form, with nothing cached, shared or cut into chunks", async () => {
      const efficient = await train();
      const plain = await train("model.plainForm=true");

      let moved = 0;
      for (const [name, values] of plain.tensors) {
        const found = efficient.tensors.get(name)!;
        const norm = Math.hypot(...values);
        const distance = Math.hypot(...values.map((value, index) => value - found[index]!));
        expect(distance, name).to.be.at.most(1e-4 * norm);
        if (name.includes("lora_B") && norm > 0) moved++;
      }
      expect(moved, "adapted layers that learnt").to.be.at.least(8);
    });

    it("are the same, bit for bit, in two runs with one seed", async () => {
      const one = await train();
      const other = await train();
      expect(one.bytes.equals(other.bytes)).to.be.true;
    });
  });
}
