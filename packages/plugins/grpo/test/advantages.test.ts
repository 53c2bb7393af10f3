import { expect } from "chai";
import { groupAdvantages } from "../src/advantages.js";

describe("group advantages", () => {
  it("centre and scale each group by its own mean and sample deviation", () => {
    // Group 1: mean 2, deviation 1. Group 2: mean 5, deviations -3, 3: sqrt(18).
    const { advantages } = groupAdvantages([1, 2, 3, 2, 8], [3, 2], "group");

    const expected = [-1 / 1.0001, 0, 1 / 1.0001, -3 / (Math.sqrt(18) + 1e-4), 3 / (Math.sqrt(18) + 1e-4)];
    advantages.forEach((advantage, index) => {
      expect(advantage).to.be.closeTo(expected[index]!, 1e-12);
    });
  });

  it("scale by the deviation of the whole batch when asked to", () => {
    // Rewards 0, 1, 2, 5: mean 2, squares 4 + 1 + 0 + 9 = 14, deviation sqrt(14 / 3).
    const { advantages } = groupAdvantages([0, 1, 2, 5], [2, 2], "batch");

    const divisor = Math.sqrt(14 / 3) + 1e-4;
    [-0.5, 0.5, -1.5, 1.5].forEach((centred, index) => {
      expect(advantages[index]).to.be.closeTo(centred / divisor, 1e-12);
    });
  });

  it("only centre under `none`", () => {
    expect(groupAdvantages([1, 2, 6], [3], "none").advantages).to.deep.equal([-2, -1, 3]);
  });

  it("are exactly zero in a group without variance, also where summation order left a rounding error", () => {
    const rounded = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6];
    expect(new Set(rounded).size).to.be.greaterThan(1);

    const { advantages, zeroVariance } = groupAdvantages([...rounded, 0, 1], [3, 2], "batch");

    expect(zeroVariance).to.deep.equal([true, false]);
    expect(advantages.slice(0, 3)).to.deep.equal([0, 0, 0]);
    expect(advantages[4]).to.be.greaterThan(0);
  });
});
