import { WasmEngine } from "@rarl-sdk/engine-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("engine-wasm", () => {
  it("probes as available and tells its version", async () => {
    const probe = await new WasmEngine().probe();
    expect(probe.available).to.equal(true);
    if (probe.available) expect(probe.version).to.match(/^4\./);
  });

  it("becomes the current backend and computes", async () => {
    const engine = new WasmEngine();
    expect(await engine.activate({})).to.deep.equal({ device: "cpu" });
    expect(tf.getBackend()).to.equal("wasm");
    const before = engine.memory().tensors;
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    expect(product.dataSync()[0]).to.equal(11);
    product.dispose();
    expect(engine.memory().tensors).to.equal(before);
  });

  it("refuses a device it has not", async () => {
    try {
      await new WasmEngine().activate({ device: "cuda" });
      expect.fail("a device was accepted");
    } catch (error) {
      expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
    }
  });
});
