import { expect } from "chai";
import { highEntropyMask } from "../src/high-entropy-mask.js";

describe("high-entropy mask", () => {
  it("keeps the share of tokens with the highest entropy", () => {
    const mask = highEntropyMask(Float32Array.of(0.1, 0.9, 0.5, 0.7, 0.3), 0.4);

    expect([...mask]).to.deep.equal([0, 1, 0, 1, 0]);
  });

  it("keeps a token that lies exactly on the quantile", () => {
    const entropies = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1);

    expect([...highEntropyMask(entropies, 0.2)].reduce((total, kept) => total + kept, 0)).to.equal(3);
  });
});
