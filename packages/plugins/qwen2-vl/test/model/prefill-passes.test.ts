import { expect } from "chai";
import { packGroups } from "../../src/model/packing.js";
import type { Qwen2VLPrompt } from "../../src/model/prompt.js";
import { prefillPasses } from "../../src/sampling/prefill-passes.js";
import { goldenPrompt, promptA, promptB } from "../support/golden-model.js";

const imageToken = 123;

/** `promptA` with another end. */
function ending(...tail: readonly number[]): Qwen2VLPrompt {
  const { tokenIds, images } = promptA();
  return goldenPrompt([...tokenIds.slice(0, tokenIds.lastIndexOf(imageToken) + 1), ...tail], images);
}

/** Ids and positions that each prompt's rows have in its passes. */
function laidOut(prompts: readonly Qwen2VLPrompt[], mostRows?: number) {
  return prefillPasses(prompts, imageToken, mostRows).flatMap(({ groups, rows, lastRows }) => {
    const packed = packGroups(groups, imageToken);
    const count = packed.ids.length;
    const order = rows ?? Array.from({ length: count }, (_, row) => row);
    const all = order.map((row) => [0, 1, 2].map((axis) => packed.positions[axis * count + row]!));
    expect(lastRows.map((row) => packed.ids[row])).to.have.length.above(0);
    return order.map((row, index) => ({ id: packed.ids[row]!, position: all[index]! }));
  });
}

const rowsOf = ({ tokenIds, positions }: Qwen2VLPrompt) =>
  tokenIds.map((id, row) => ({
    id,
    position: [0, 1, 2].map((axis) => positions[axis * tokenIds.length + row]!),
  }));

describe("the passes of a prefill", () => {
  const batch = () => [
    ending(5, 6, 7),
    ending(5, 8),
    ending(9),
    promptB(),
    goldenPrompt([1, 2, 3, 4, 5, 6], []),
    ending(5, 6, 7),
  ];

  it("give every prompt its rows, ids and positions, whatever is shared and wherever a pass ends", () => {
    const expected = batch().flatMap(rowsOf);
    for (const mostRows of [1, 20, 30, 45, 2048]) expect(laidOut(batch(), mostRows)).to.deep.equal(expected);
  });

  it("run what neighbours begin with, up to the last image token, once", () => {
    const [pass, ...rest] = prefillPasses(batch(), imageToken);
    expect(rest).to.deep.equal([]);
    const [shared, ...alone] = pass!.groups;
    expect(shared!.completions.map(({ length }) => length - 1)).to.deep.equal([3, 2, 1]);
    expect(alone.map(({ completions }) => completions.length)).to.deep.equal([0, 0, 0]);
    expect(packGroups([shared!], imageToken).images).to.have.length(2);
    expect(prefillPasses([promptA(), promptB()], imageToken)[0]!.rows).to.equal(null);
  });

  it("share nothing between other images, or behind an end that is an image", () => {
    const { tokenIds, images } = promptA();
    const other = goldenPrompt(
      [...tokenIds],
      images.map((image) => ({ ...image, contentHash: "another" })),
    );
    expect(prefillPasses([promptA(), other], imageToken)[0]!.groups).to.have.length(2);
    expect(prefillPasses([ending(), ending()], imageToken)[0]!.groups).to.have.length(2);
  });

  it("hold at most so many rows, unless one prompt has more", () => {
    const passes = prefillPasses(batch(), imageToken, 30);
    for (const { groups } of passes) {
      const rows = packGroups(groups, imageToken).ids.length;
      const isAlone = groups.length === 1 && groups[0]!.completions.length === 0;
      expect(rows <= 30 || isAlone, String(rows)).to.equal(true);
    }
    expect(passes.length).to.be.above(2);
  });
});
