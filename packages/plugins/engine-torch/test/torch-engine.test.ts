import { TorchEngine } from "@rarl-sdk/engine-torch";
import { expect } from "chai";
import * as tf from "@tensorflow/tfjs-core";
import { alive, describeTorch } from "./support/torch.js";

describe("engine-torch without a libtorch", () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env["RARL_LIBTORCH"];
    process.env["RARL_LIBTORCH"] = "none";
  });
  afterEach(() => {
    if (before === undefined) delete process.env["RARL_LIBTORCH"];
    else process.env["RARL_LIBTORCH"] = before;
  });

  it("probes as unavailable with the reason and a remedy", async () => {
    const probe = await new TorchEngine().probe();
    expect(probe.available).to.equal(false);
    if (!probe.available) {
      expect(probe.reason).to.equal("RARL_LIBTORCH is none");
      expect(probe.remedy).to.not.equal("");
    }
  });

  it("refuses to be activated", async () => {
    try {
      await new TorchEngine().activate({});
      expect.fail("it was activated");
    } catch (error) {
      expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
    }
  });
});

describeTorch("engine-torch", () => {
  it("tells its version, place and threads", async () => {
    const probe = await new TorchEngine().probe();
    expect(probe.available).to.equal(true);
    if (probe.available) {
      expect(probe.version).to.match(/^\d+\.\d+\.\d+$/);
      expect(probe.detail).to.match(/libtorch .* in .*threads/);
    }
  });

  it("becomes the current backend and computes", async () => {
    const engine = new TorchEngine();
    expect(await engine.activate({ device: "cpu" })).to.deep.equal({ device: "cpu" });
    expect(tf.getBackend()).to.equal("torch");
    const before = alive();
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    expect((await product.data())[0]).to.equal(11);
    product.dispose();
    expect(alive()).to.deep.equal(before);
    expect(engine.memory().tensors).to.equal(before[0]);
    await engine.dispose();
  });

  it("refuses a device it has not", async () => {
    for (const device of ["tpu", "cuda:99", "cuda:x"]) {
      try {
        await new TorchEngine().activate({ device });
        expect.fail(`${device} was accepted`);
      } catch (error) {
        expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
      }
    }
  });
});
