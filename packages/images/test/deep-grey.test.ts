import { rm, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GreyWindow } from "@rarl-sdk/core";
import { expect } from "chai";
import sharp from "sharp";
import { decodeDeepGrey, type DeepGrey } from "../src/index.js";
import { expectPixels, type DecodedCase } from "./support/decoded-case.js";
import { fixture, readFixture, rejection } from "./support/fixtures.js";

interface Case extends DecodedCase {
  readonly window?: GreyWindow;
}

const { cases } = await readFixture<{ cases: Case[] }>("dicom.json");

/** What a viewer shows of it in its first window, three times as RGB. */
function shown({ data, slope, intercept, window, isInverted }: DeepGrey): Uint8Array {
  const { center, width } = window;
  const greys = Array.from(data, (value) => {
    const share = (slope * value + intercept - (center - 0.5)) / (width - 1) + 0.5;
    const grey = Math.min(Math.max(isInverted ? 1 - share : share, 0), 1);
    return Math.floor(grey * 255 + 0.5);
  });
  return Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey]));
}

describe("decodeDeepGrey", () => {
  const deep = [
    "ct-explicit",
    "ct-signed",
    "ct-option-window",
    "signed-12-bits",
    "jpeg-2000-16",
    "jpeg-lossless-12",
    "jpeg-ls-signed",
    "rle-16",
    "monochrome1",
    "monochrome1-no-window",
    "no-window",
    "padding",
    "padding-range",
    "linear-exact",
    "several-windows",
  ];

  for (const name of deep) {
    it(`keeps the values of ${name}, which in their window are pydicom's pixels`, async () => {
      const expected = cases.find((each) => each.name === name)!;
      const { window } = expected;
      const grey = await decodeDeepGrey({ path: fixture(`dicom/${name}.dcm`), ...(window && { window }) });
      expect(new Set(grey!.data).size).to.be.greaterThan(1);
      const { width, height } = grey!;
      expectPixels({ data: shown(grey!), width, height }, expected);
    });
  }

  for (const name of ["grey-8", "palette", "rgb", "modality-lut", "sigmoid"]) {
    it(`leaves ${name} to decodeImage`, async () => {
      expect(await decodeDeepGrey({ path: fixture(`dicom/${name}.dcm`) })).to.equal(null);
    });
  }

  describe("of PNG and TIFF", () => {
    let folder: string;
    const values = Uint16Array.from([7, 255, 256, 1234, 40000, 65530]);

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "rarl-deep-"));
    });
    after(() => rm(folder, { recursive: true }));

    for (const format of ["png", "tiff"] as const) {
      it(`keeps the 16 bits of ${format}`, async () => {
        const path = join(folder, `deep.${format}`);
        const raw = { width: 3, height: 2, channels: 1 } as const;
        const image = sharp(values, { raw }).toColourspace("grey16");
        await (format === "png" ? image.png() : image.tiff({ compression: "lzw" })).toFile(path);
        const grey = await decodeDeepGrey({ path });
        expect(grey).to.include({ width: 3, height: 2, slope: 1, intercept: 0, isInverted: false });
        expect(grey!.data).to.deep.equal(values);
        expect([...shown(grey!)].filter((_, index) => index % 3 === 0)).to.include.members([0, 255]);
      });
    }

    it("leaves 8 bits to decodeImage, and says what is wrong", async () => {
      const path = join(folder, "plain.png");
      await sharp({ create: { width: 2, height: 2, channels: 3, background: "grey" } })
        .png()
        .toFile(path);
      expect(await decodeDeepGrey({ path })).to.equal(null);
      await writeFile(join(folder, "torn.png"), "\x89PNG\r\n");
      expect(await rejection(decodeDeepGrey({ path: join(folder, "torn.png") }))).to.include({
        code: "IMAGE_UNREADABLE",
      });
      expect(await rejection(decodeDeepGrey({ path: join(folder, "nowhere.png") }))).to.include({
        code: "IMAGE_MISSING",
      });
    });
  });
});
