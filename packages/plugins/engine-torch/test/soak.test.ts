import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { describeTorch } from "./support/torch.js";

const script = fileURLToPath(new URL("support/soak.ts", import.meta.url));

describeTorch("engine-torch over many steps", () => {
  it("leaves no tensor and no memory behind in 10,000 training steps after the first 5,000", async () => {
    const parameters = [
      "--expose-gc",
      "--conditions=rarl-source",
      "--import",
      "tsx",
      script,
      "15000",
      "5000", // V8 sizes its own heap in the first few thousand
    ];
    const { stdout } = await promisify(execFile)(process.execPath, parameters);
    const { losses, tensors, memory } = JSON.parse(stdout) as {
      readonly losses: readonly [number, number];
      readonly tensors: readonly number[];
      readonly memory: readonly number[];
    };
    expect(losses[1]).to.be.below(losses[0]);
    expect(new Set(tensors).size, String(tensors)).to.equal(1);
    // Of the smallest tensor a step has, 4 KiB, one kept in each step would be 39 MiB by the end.
    const growth = Math.max(...memory) - memory[0]!;
    expect(growth, String(memory)).to.be.below(8 * 2 ** 20);
  });
});
