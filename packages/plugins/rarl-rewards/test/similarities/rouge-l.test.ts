import { expect } from "chai";
import { rougeL } from "../../src/index.js";
import { reference } from "../support/reference.js";

describe("rouge-l", () => {
  it("is that of the package rouge-score", () => {
    for (const [index, [candidate, text]] of reference.pairs.entries()) {
      const { precision, recall, f1 } = rougeL(candidate, text);
      expect([precision, recall, f1], candidate).to.deep.equal(reference.rougeL[index]);
    }
  });

  it("takes every character of scripts without spaces for a token, and keeps letters outside ASCII", () => {
    expect(rougeL("左肺清晰", "右肺清晰。").f1).to.equal(3 / 4);
    const { precision, recall, f1 } = rougeL("CT显示左肺", "CT 左肺");
    expect([precision, recall]).to.deep.equal([3 / 5, 1]);
    expect(f1).to.be.closeTo(3 / 4, 1e-12);
    expect(rougeL("naïve", "naive").f1).to.equal(0);
    expect(rougeL("Röntgen", "röntgen").f1).to.equal(1);
  });

  it("finds two texts without tokens equal", () => {
    expect(rougeL("", " ... ").f1).to.equal(1);
  });
});
