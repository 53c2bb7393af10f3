import { expect } from "chai";
import { overlongPenalty } from "../src/overlong-penalty.js";

describe("over-length penalty", () => {
  it("falls linearly from 0 at start to -1 at cap and stays there", () => {
    const penalties = [0, 10, 15, 20, 30].map((tokens) => overlongPenalty(tokens, { start: 10, cap: 20 }));

    expect(penalties).to.deep.equal([0, 0, -0.5, -1, -1]);
  });
});
