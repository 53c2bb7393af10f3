import { expect } from "chai";
import { ropePositions, type Grid } from "../../src/positions/rope-positions.js";
import { ropeTables } from "../../src/positions/rope-tables.js";
import { readFixture } from "../fixtures/support.js";

interface Case {
  tokenIds: number[];
  grids: Grid[];
  row: number;
  cos: number[];
  sin: number[];
}

describe("ropeTables", () => {
  it("assigns contiguous chunks of frequencies to time, height and width, and repeats them", () => {
    const { cos, sin } = ropeTables(Int32Array.of(3, 5, 7), {
      theta: 10_000,
      headDim: 8,
      section: [1, 1, 2],
    });
    const angles = [3 * 1, 5 * 10_000 ** -0.25, 7 * 10_000 ** -0.5, 7 * 10_000 ** -0.75];
    const twice = [...angles, ...angles];
    expect([...cos]).to.deep.equal(twice.map((angle) => Math.fround(Math.cos(angle))));
    expect([...sin]).to.deep.equal(twice.map((angle) => Math.fround(Math.sin(angle))));
  });

  it("equals transformers 5.18 to within its single-precision angles", async () => {
    const { cases } = (await readFixture("positions.json")) as { cases: Case[] };
    for (const { tokenIds, grids, row, cos, sin } of cases) {
      const { positions } = ropePositions(tokenIds, grids, { imageId: 123, videoId: 122, merge: 2 });
      const own = ropeTables(positions, { theta: 1e6, headDim: 32, section: [4, 6, 6] });
      for (let index = 0; index < 32; index++) {
        expect(own.cos[row * 32 + index]).to.be.closeTo(cos[index]!, 2e-5);
        expect(own.sin[row * 32 + index]).to.be.closeTo(sin[index]!, 2e-5);
      }
    }
  });

  it("refuses sections that do not fill half a head", () => {
    expect(() => ropeTables(new Int32Array(3), { theta: 1, headDim: 8, section: [1, 1, 1] })).to.throw(
      RangeError,
    );
  });
});
