import { expect } from "chai";
import { TokenF1, tokenF1 } from "../../src/index.js";
import { running } from "../support/reward-item.js";

describe("token-f1", () => {
  const cases: readonly [string, string, number][] = [
    ["left lung", "Left lung.", 1],
    ["the left lung", "left lung", 1],
    ["left", "right", 0],
    ["", "", 1],
    ["", "left", 0],
    ["left", "", 0],
    ["a b b c", "b c c", 4 / 6], // overlap b, c; the article goes
    ["no no no", "no", 2 / 4],
    ["x", "x y z", 2 / 4],
    ["左肺清晰", "右肺清晰", 6 / 8],
    ["CT左肺", "ct 左肺", 1],
    ["constructor", "toString", 0],
  ];
  for (const [candidate, reference, expected] of cases) {
    it(`"${candidate}" against "${reference}" is ${expected.toFixed(2)}`, () => {
      expect(tokenF1(candidate, reference)).to.be.closeTo(expected, 1e-12);
      expect(tokenF1(reference, candidate)).to.equal(tokenF1(candidate, reference));
    });
  }

  it("answers pairs in order", async () => {
    const pairs = [
      { candidate: "a b", reference: "b" },
      { candidate: "x", reference: "y" },
    ];
    expect(await new TokenF1().similarity(pairs, running)).to.deep.equal([1, 0]);
  });

  it("stops when aborted", async () => {
    const outcome = await new TokenF1().similarity([], AbortSignal.abort(new Error("stop"))).then(
      () => "went on",
      (reason: unknown) => reason,
    );
    expect(outcome).to.have.property("message", "stop");
  });
});
