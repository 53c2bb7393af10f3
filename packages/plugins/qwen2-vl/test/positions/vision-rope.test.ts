import { expect } from "chai";
import { patchCoordinates } from "../../src/positions/patch-coordinates.js";
import { visionRopeTables } from "../../src/positions/vision-rope.js";

describe("patchCoordinates", () => {
  it("goes through merge windows in raster order and through each window likewise", () => {
    const pairs = patchCoordinates([1, 4, 4], 2);
    expect([...pairs.subarray(0, 16)]).to.deep.equal([0, 0, 0, 1, 1, 0, 1, 1, 0, 2, 0, 3, 1, 2, 1, 3]);
    expect([...pairs.subarray(16, 24)]).to.deep.equal([2, 0, 2, 1, 3, 0, 3, 1]);
  });

  it("repeats for every frame", () => {
    const one = [...patchCoordinates([1, 2, 4], 2)];
    expect([...patchCoordinates([2, 2, 4], 2)]).to.deep.equal([...one, ...one]);
  });
});

describe("visionRopeTables", () => {
  it("follows the row in the first quarter of a head and the column in the second", () => {
    const { cos, sin } = visionRopeTables([1, 4, 6], { headDim: 16, merge: 2, theta: 10_000 });
    const coordinates = patchCoordinates([1, 4, 6], 2);
    expect(cos).to.have.length(24 * 16);
    for (const patch of [0, 5, 23]) {
      const angles = [0, 1].flatMap((axis) =>
        [0, 1, 2, 3].map((index) => coordinates[patch * 2 + axis]! * 10_000 ** (-index / 4)),
      );
      const twice = [...angles, ...angles];
      const row = [patch * 16, (patch + 1) * 16] as const;
      expect([...cos.subarray(...row)]).to.deep.equal(twice.map((angle) => Math.fround(Math.cos(angle))));
      expect([...sin.subarray(...row)]).to.deep.equal(twice.map((angle) => Math.fround(Math.sin(angle))));
    }
  });
});
