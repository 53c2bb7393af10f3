import { tmpdir } from "node:os";
import { createKernel } from "@rarl-sdk/core";
import { expect } from "chai";
import { Grpo } from "../src/grpo.js";
import { grpoPlugin } from "../src/plugin.js";

describe("plugin grpo", () => {
  const kernel = () => createKernel({ builtins: [grpoPlugin], baseDirectory: tmpdir() });

  it("gives the kernel its algorithm, with options through the container", async () => {
    const algorithm = (await kernel()).create("algorithms", "grpo", { promptsPerStep: 3, accumulation: 4 });

    expect(algorithm).to.be.instanceOf(Grpo);
    expect(algorithm.samplesPerStep).to.equal(12);
  });

  it("has its options refused by the kernel where they are wrong", async () => {
    const created = await kernel();

    expect(() => created.create("algorithms", "grpo", { batchsize: 1 }))
      .to.throw()
      .with.property("code", "COMPONENT_OPTIONS");
  });
});
