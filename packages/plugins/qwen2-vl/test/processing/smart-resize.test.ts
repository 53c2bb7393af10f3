import { expect } from "chai";
import { smartResize } from "../../src/processing/smart-resize.js";
import { readFixture } from "../fixtures/support.js";

const released = { factor: 28, minPixels: 3136, maxPixels: 12845056 };

describe("smartResize", () => {
  const table: [number, number, number, number][] = [
    [448, 448, 448, 448],
    [561, 278, 560, 280],
    [28, 28, 56, 56],
    [10, 10, 56, 56],
    [42, 42, 56, 56],
    [70, 70, 56, 56],
    [98, 98, 112, 112],
    [126, 126, 112, 112],
    [1, 100, 28, 560],
    [13, 200, 28, 224],
    [480, 640, 476, 644],
    [1080, 1920, 1092, 1932],
    [4000, 3000, 4004, 2996],
    [5000, 5000, 3556, 3556],
    [20, 3000, 28, 2996],
  ];
  for (const [height, width, outHeight, outWidth] of table) {
    it(`makes ${outHeight} x ${outWidth} of ${height} x ${width}`, () => {
      expect(smartResize(height, width, released)).to.deep.equal({ height: outHeight, width: outWidth });
    });
  }

  it("equals transformers 5.18 over sizes and limits", async () => {
    const { smartResize: rows } = (await readFixture("images.json")) as { smartResize: number[][] };
    expect(rows.length).to.be.greaterThan(150);
    for (const [height, width, minPixels, maxPixels, outHeight, outWidth] of rows) {
      const own = smartResize(height!, width!, { factor: 28, minPixels: minPixels!, maxPixels: maxPixels! });
      expect(own, `${height!} x ${width!}`).to.deep.equal({ height: outHeight, width: outWidth });
    }
  });

  it("refuses sides that differ by more than a factor of 200", () => {
    expect(smartResize(1, 200, released)).to.deep.equal({ height: 28, width: 812 });
    expect(() => smartResize(1, 201, released)).to.throw(RangeError, /201/);
  });
});
