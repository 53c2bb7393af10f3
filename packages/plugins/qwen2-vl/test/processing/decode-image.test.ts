import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import { decodeImage } from "@rarl-sdk/images";
import { resizeBicubic } from "../../src/processing/resize-bicubic.js";
import { smartResize } from "../../src/processing/smart-resize.js";
import { fixture, readFixture, rejection, withFolder } from "../fixtures/support.js";

interface Expected {
  file: string;
  mode: string;
  width: number;
  height: number;
  /** CRC-32 of Pillow's RGB bytes. */
  pixels: number;
  first: number[];
  resized: { width: number; height: number; pixels: number };
}

const { images, minPixels, maxPixels } = (await readFixture("images.json")) as {
  images: Expected[];
  minPixels: number;
  maxPixels: number;
};

describe("decodeImage", () => {
  it("is tested on all the modes that the reference wrote", () => {
    expect(images.length).to.be.at.least(45);
    const modes = new Set(images.map(({ mode }) => mode));
    expect([...modes]).to.include.members(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]);
  });

  // JPEG and lossy WebP too: the decoders here and in Pillow 12.3 (libjpeg-turbo 3.1, libwebp 1.6) give equal pixels.
  for (const expected of images) {
    it(`decodes and resizes ${expected.file} (${expected.mode}) to Pillow's pixels`, async () => {
      const { data, width, height } = await decodeImage({ path: fixture(`images/${expected.file}`) });
      expect({ width, height }).to.deep.equal({ width: expected.width, height: expected.height });
      expect([...data.subarray(0, 12)]).to.deep.equal(expected.first);
      expect(crc32(data)).to.equal(expected.pixels);
      const size = smartResize(height, width, { factor: 28, minPixels, maxPixels });
      expect(size).to.deep.equal({ width: expected.resized.width, height: expected.resized.height });
      expect(crc32(resizeBicubic(data, height, width, size.height, size.width))).to.equal(
        expected.resized.pixels,
      );
    });
  }

  it("decodes bytes in memory like files", async () => {
    const path = fixture("images/rgb.png");
    const bytes = await readFile(path);
    expect(await decodeImage({ bytes, label: "record 7" })).to.deep.equal(await decodeImage({ path }));
  });

  for (const file of [
    "photo-444.jpg",
    "photo-progressive.jpg",
    "rgb-noise.png",
    "lossless.webp",
    "palette.gif",
    "rgb.tiff",
  ]) {
    it(`refuses a truncated ${file}`, async () => {
      const bytes = await readFile(fixture(`images/${file}`));
      for (const share of [0.3, 0.6, 0.95]) {
        const error = await rejection(
          decodeImage({ bytes: bytes.subarray(0, bytes.length * share), label: file }),
        );
        expect(error.code).to.equal("IMAGE_UNREADABLE");
        expect(error.message).to.include(file).and.not.include("\n");
      }
    });
  }

  it("names a file that does not exist", async () => {
    const error = await withFolder({}, (directory) =>
      rejection(decodeImage({ path: join(directory, "no.png") })),
    );
    expect(error.code).to.equal("IMAGE_MISSING");
    expect(error.message).to.include("no.png");
  });

  it("says why other files cannot be read", async () => {
    await withFolder({}, async (directory) => {
      const reasons: Record<string, [string | Buffer, RegExp]> = {
        "empty.png": ["", /the file is empty/],
        "vector.svg": ["<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", /none of JPEG, PNG/],
        "text.jpg": ["not an image", /none of JPEG, PNG/],
        "scan.dcm": [Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]), /DICOM/],
        "header.png": [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), /./],
      };
      for (const [name, [content, reason]] of Object.entries(reasons)) {
        const path = join(directory, name);
        await writeFile(path, content);
        const error = await rejection(decodeImage({ path }));
        expect(error.code, name).to.equal("IMAGE_UNREADABLE");
        expect(error.message).to.include(name).and.match(reason);
      }
      const folder = join(directory, "folder.png");
      await mkdir(folder);
      expect((await rejection(decodeImage({ path: folder }))).code).to.equal("IMAGE_UNREADABLE");
    });
  });

  it("refuses a decompression bomb by its header alone", async () => {
    const bytes = await readFile(fixture("images/rgb.png"));
    // The header announces 30,000 x 30,000; there are no pixels for it behind.
    bytes.writeUInt32BE(30_000, 16);
    bytes.writeUInt32BE(30_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    const error = await rejection(decodeImage({ bytes, label: "bomb.png" }));
    expect(error.code).to.equal("IMAGE_TOO_LARGE");
    expect(error.message).to.include("bomb.png").and.include("30000 x 30000").and.include("178956970");
  });

  it("takes another pixel limit", async () => {
    const path = fixture("images/rgb.png");
    const pixels = 37 * 53;
    expect((await rejection(decodeImage({ path }, { pixelLimit: pixels - 1 }))).code).to.equal(
      "IMAGE_TOO_LARGE",
    );
    expect((await decodeImage({ path }, { pixelLimit: pixels })).width).to.equal(53);
  });

  it("ends in a catalogue error or an image for damaged bytes", async () => {
    let state = 12345;
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (const file of [
      "photo-420.jpg",
      "rgb-noise.png",
      "transparent.gif",
      "lossy.webp",
      "rgb.tiff",
      "cmyk.jpg",
    ]) {
      const whole = await readFile(fixture(`images/${file}`));
      for (let round = 0; round < 25; round++) {
        const bytes = Buffer.from(whole);
        for (let change = 0; change < 3; change++) bytes[next(bytes.length)] = next(256);
        const outcome = await decodeImage({ bytes, label: file }, { pixelLimit: 1_000_000 }).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Error) {
          expect(outcome, `${file} round ${round}`)
            .to.have.property("code")
            .that.matches(/^IMAGE_(UNREADABLE|TOO_LARGE)$/);
          refused++;
        }
      }
    }
    expect(refused).to.be.greaterThan(10);
  });
});
