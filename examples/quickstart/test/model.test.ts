import { randomStream } from "@rarl-sdk/core";
import { expect } from "chai";
import { initialDeviation, initialTensors } from "../make/initial-weights.js";

describe("untrained quickstart model", () => {
  const tensors = initialTensors(randomStream(1));

  it("has 320,128 parameters", () => {
    const sizes = tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(320_128);
    expect(tensors.map((tensor) => tensor.data().length)).to.deep.equal(sizes);
  });

  it("starts from normal weights scaled by their inputs, unit norms and zero biases, the same for the same seed", () => {
    expect(initialDeviation("model.layers.0.mlp.down_proj.weight", [64, 192])).to.be.closeTo(0.0722, 1e-4);
    const again = new Map(initialTensors(randomStream(1)).map(({ name, data }) => [name, data()]));
    for (const { name, shape, data } of tensors) {
      const values = data();
      expect(again.get(name), name).to.deep.equal(values);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(
        values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
      );
      if (name.endsWith(".bias")) expect([mean, deviation], name).to.deep.equal([0, 0]);
      else if (/norm\d?\.weight$|ln_q\.weight$/u.test(name))
        expect([mean, deviation], name).to.deep.equal([1, 0]);
      else expect(deviation / initialDeviation(name, shape), name).to.be.closeTo(1, 0.1);
    }
  });
});
