import { transposeValues } from "@rarl-sdk/nn";
import { expect } from "chai";

describe("transposeValues", () => {
  it("turns rows into columns and leaves the source as it was", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...transposeValues(values, 2, 3)]).to.deep.equal([1, 4, 2, 5, 3, 6]);
    expect([...transposeValues(transposeValues(values, 2, 3), 3, 2)]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect([...values]).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });
});
