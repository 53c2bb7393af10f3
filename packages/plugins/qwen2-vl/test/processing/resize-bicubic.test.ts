import { crc32 } from "node:zlib";
import { expect } from "chai";
import { resizeBicubic } from "../../src/processing/resize-bicubic.js";
import { pattern } from "../fixtures/pattern.js";
import { readFixture } from "../fixtures/support.js";

describe("resizeBicubic", () => {
  it("makes the pixels of the specification's example", () => {
    const source = pattern(75, 100);
    expect(crc32(source)).to.equal(0x1aae2021);
    const resized = resizeBicubic(source, 75, 100, 84, 112);
    expect(crc32(resized)).to.equal(0xb0ac6193);
    expect(resized.reduce((sum, value) => sum + value, 0)).to.equal(3606109);
    expect([...resized.subarray(0, 9)]).to.deep.equal([0, 29, 58, 6, 35, 64, 12, 41, 70]);
    expect([...resized.subarray((40 * 112 + 50) * 3, (40 * 112 + 50) * 3 + 3)]).to.deep.equal([32, 37, 66]);
    expect([...resized.subarray(-3)]).to.deep.equal([119, 148, 177]);
  });

  it("equals Pillow bit for bit up, down and to extreme shapes", async () => {
    interface Row {
      from: [number, number];
      to: [number, number];
      pixels: number;
    }
    const { resizes } = (await readFixture("images.json")) as { resizes: Row[] };
    expect(resizes).to.have.length(16);
    for (const { from, to, pixels } of resizes) {
      const resized = resizeBicubic(pattern(...from), ...from, ...to);
      expect(crc32(resized), `${from.join(" x ")} to ${to.join(" x ")}`).to.equal(pixels);
    }
  });

  it("leaves an image of the right size as it is", () => {
    const source = pattern(28, 56);
    expect(resizeBicubic(source, 28, 56, 28, 56)).to.deep.equal(source);
  });

  it("refuses data that are not RGB of the given size", () => {
    expect(() => resizeBicubic(new Uint8Array(10), 2, 2, 4, 4)).to.throw(RangeError);
  });
});
