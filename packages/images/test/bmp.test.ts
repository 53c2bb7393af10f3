import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { decodeImage } from "../src/index.js";
import { expectPixels, type DecodedCase } from "./support/decoded-case.js";
import { fixture, readFixture, rejection } from "./support/fixtures.js";

const { cases } = await readFixture<{ cases: (DecodedCase & { readonly mode: string })[] }>("bmp.json");

describe("decodeImage of BMP", () => {
  for (const expected of cases) {
    it(`decodes ${expected.name} (${expected.mode}) to Pillow's pixels`, async () => {
      expectPixels(await decodeImage({ path: fixture(`bmp/${expected.name}.bmp`) }), expected);
    });
  }

  it("refuses what is cut off", async () => {
    const bytes = await readFile(fixture("bmp/rgb.bmp"));
    for (const length of [2, 20, 30, 60, bytes.length - 50]) {
      const error = await rejection(decodeImage({ bytes: bytes.subarray(0, length), label: "cut.bmp" }));
      expect(error.code, String(length)).to.equal("IMAGE_UNREADABLE");
      expect(error.message)
        .to.contain("cut.bmp")
        .and.match(/damaged/);
    }
  });

  it("refuses an absurd size by the header alone", async () => {
    const bytes = await readFile(fixture("bmp/rgb.bmp"));
    bytes.writeInt32LE(60_000, 18);
    bytes.writeInt32LE(-60_000, 22);
    const error = await rejection(decodeImage({ bytes, label: "bomb.bmp" }));
    expect(error.code).to.equal("IMAGE_TOO_LARGE");
    expect(error.message).to.contain("60000 x 60000");
  });
});
