import { RarlError } from "@rarl-sdk/core";
import { expect } from "chai";
import { ropePositions, type Grid } from "../../src/positions/rope-positions.js";
import { readFixture } from "../fixtures/support.js";

const ids = { imageId: 123, videoId: 122, merge: 2 };
const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, index) => start + index);
const repeat = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

function axes(positions: Int32Array): number[][] {
  const tokens = positions.length / 3;
  return [0, 1, 2].map((axis) => [...positions.subarray(axis * tokens, (axis + 1) * tokens)]);
}

describe("ropePositions", () => {
  it("numbers text alike on all axes", () => {
    const { positions, delta } = ropePositions([5, 6, 7, 8], [], ids);
    expect(axes(positions)).to.deep.equal([range(0, 4), range(0, 4), range(0, 4)]);
    expect(delta).to.equal(0);
  });

  it("spreads two images and goes on behind the largest position", () => {
    const tokens = [1, 2, 3, 120, ...repeat(123, 6), 121, 4, 5, 120, 123, 121, 6, 7, 8];
    const { positions, delta } = ropePositions(
      tokens,
      [
        [1, 4, 6],
        [1, 2, 2],
      ],
      ids,
    );
    const after = range(7, 16);
    expect(axes(positions)).to.deep.equal([
      [0, 1, 2, 3, 4, 4, 4, 4, 4, 4, ...after],
      [0, 1, 2, 3, 4, 4, 4, 5, 5, 5, ...after],
      [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, ...after],
    ]);
    expect(delta).to.equal(-3);
  });

  it("numbers a square image", () => {
    const tokens = [9, 10, 120, ...repeat(123, 4), 121, 11, 12];
    const { positions, delta } = ropePositions(tokens, [[1, 4, 4]], ids);
    expect(axes(positions)).to.deep.equal([
      [0, 1, 2, 3, 3, 3, 3, 5, 6, 7],
      [0, 1, 2, 3, 3, 4, 4, 5, 6, 7],
      [0, 1, 2, 3, 4, 3, 4, 5, 6, 7],
    ]);
    expect(delta).to.equal(-2);
  });

  it("puts the first generated token of the 448 x 448 example at 44", () => {
    const tokens = [...repeat(1, 15), ...repeat(123, 256), 121, ...repeat(2, 12)];
    const { positions, delta } = ropePositions(tokens, [[1, 32, 32]], ids);
    const [time, height, width] = axes(positions);
    expect(tokens).to.have.length(284);
    expect([time![15], height![15], width![15]]).to.deep.equal([15, 15, 15]);
    expect([time![270], height![270], width![270]]).to.deep.equal([15, 30, 30]);
    expect([time![271], height![271], width![271]]).to.deep.equal([31, 31, 31]);
    expect(time![283]).to.equal(43);
    expect(delta).to.equal(-240);
  });

  it("leaves no overlap behind a clip that is longer than wide", () => {
    const tokens = [1, 2, ...repeat(122, 32), 3];
    const { positions, delta } = ropePositions(tokens, [[8, 4, 4]], ids);
    const [time, height, width] = axes(positions);
    expect(time!.slice(2, 10)).to.deep.equal([2, 2, 2, 2, 3, 3, 3, 3]);
    expect([time![33], height![33], width![33]]).to.deep.equal([9, 3, 3]);
    expect(time![34]).to.equal(10);
    expect(delta).to.equal(11 - 35);
  });

  it("equals transformers 5.18 on sequences of text and images", async () => {
    interface Case {
      tokenIds: number[];
      grids: Grid[];
      positions: number[][];
      delta: number;
    }
    const { cases } = (await readFixture("positions.json")) as { cases: Case[] };
    expect(cases).to.have.length(12);
    for (const { tokenIds, grids, positions, delta } of cases) {
      const own = ropePositions(tokenIds, grids, ids);
      expect(axes(own.positions)).to.deep.equal(positions);
      expect(own.delta).to.equal(delta);
    }
  });

  const mismatches: [string, number[], Grid[], string][] = [
    ["a run shorter than its grid", [1, ...repeat(123, 5), 2], [[1, 4, 6]], "IMAGE_TOKENS_MISMATCH"],
    ["a run longer than its grid", [1, ...repeat(123, 7), 2], [[1, 4, 6]], "IMAGE_PLACEHOLDERS"],
    ["a placeholder without an image", [1, 123, 2], [], "IMAGE_PLACEHOLDERS"],
    ["an image without placeholders", [1, 2], [[1, 2, 2]], "IMAGE_PLACEHOLDERS"],
  ];
  for (const [name, tokens, grids, code] of mismatches) {
    it(`refuses ${name}`, () => {
      expect(() => ropePositions(tokens, grids, ids))
        .to.throw(RarlError)
        .with.property("code", code);
    });
  }
});
