import { tmpdir } from "node:os";
import { createKernel } from "@rarl-sdk/core";
import { expect } from "chai";
import { Sft } from "../src/sft.js";
import { sftPlugin } from "../src/plugin.js";

describe("plugin sft", () => {
  const kernel = () => createKernel({ builtins: [sftPlugin], baseDirectory: tmpdir() });

  it("gives the kernel its algorithm, with options through the container", async () => {
    const algorithm = (await kernel()).create("algorithms", "sft", { batchSize: 5 });

    expect(algorithm).to.be.instanceOf(Sft);
    expect(algorithm.samplesPerStep).to.equal(5);
  });

  it("has its options refused by the kernel where they are wrong", async () => {
    const created = await kernel();

    expect(() => created.create("algorithms", "sft", { batchsize: 1 }))
      .to.throw()
      .with.property("code", "COMPONENT_OPTIONS");
  });
});
