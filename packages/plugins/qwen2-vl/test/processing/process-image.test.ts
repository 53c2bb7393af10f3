import { crc32 } from "node:zlib";
import { expect } from "chai";
import sharp from "sharp";
import { readImageProcessorConfig } from "../../src/processing/image-processor-config.js";
import { patchify } from "../../src/processing/patchify.js";
import { processImage } from "../../src/processing/process-image.js";
import { pattern } from "../fixtures/pattern.js";
import { fixture, readFixture, rejection } from "../fixtures/support.js";

interface Expected {
  file: string;
  resized: { width: number; height: number };
  values: { crc: number; sum: number; first: number[]; last: number[] };
}

const config = await readImageProcessorConfig(fixture("saved"), { maxPixels: 28 * 28 * 16 });
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
const png = async (height: number, width: number): Promise<Buffer> =>
  sharp(pattern(height, width), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

describe("processImage", () => {
  it("makes the specification's golden values", async () => {
    const { pixelValues, grid } = await processImage({ bytes: await png(75, 100), label: "pattern" }, config);
    expect(grid).to.deep.equal([1, 6, 8]);
    expect(pixelValues).to.have.length(48 * 1176);
    const golden: [number, number, number][] = [
      [0, 0, -1.792263],
      [0, 1, -1.704672],
      [0, 14, -1.63168],
      [0, 196, -1.792263],
      [0, 392, -1.316872],
      [0, 784, -0.655456],
      [1, 0, -0.522199],
      [2, 0, 0.572683],
      [4, 0, 0.762462],
      [16, 0, -0.799569],
      [47, 1175, 1.036732],
    ];
    for (const [row, column, value] of golden) {
      expect(pixelValues[row * 1176 + column]).to.be.closeTo(value, 1e-6);
    }
    expect(sum(pixelValues)).to.be.closeTo(10820.8796, 1e-3);
    expect(sum(pixelValues.map((value) => value * value))).to.be.closeTo(63483.456, 2e-2);
  });

  it("equals transformers' own image processor bit for bit on every reference image", async () => {
    const { images } = (await readFixture("images.json")) as { images: Expected[] };
    for (const { file, resized, values } of images) {
      const { pixelValues, grid } = await processImage({ path: fixture(`images/${file}`) }, config);
      expect(grid).to.deep.equal([1, resized.height / 14, resized.width / 14]);
      expect([...pixelValues.subarray(0, 4)], file).to.deep.equal(values.first);
      expect([...pixelValues.subarray(-4)], file).to.deep.equal(values.last);
      expect(sum(pixelValues), file).to.be.closeTo(values.sum, 1e-6 * Math.max(1, Math.abs(values.sum)));
      expect(crc32(Buffer.from(pixelValues.buffer)), file).to.equal(values.crc);
    }
  });

  it("hashes pixels and settings, and not the encoding", async () => {
    const bytes = await png(30, 41);
    const { contentHash } = await processImage({ bytes, label: "a" }, config);
    expect(contentHash).to.match(/^[0-9a-f]{64}$/);
    const recoded = await sharp(bytes).webp({ lossless: true }).toBuffer();
    expect((await processImage({ bytes: recoded, label: "b" }, config)).contentHash).to.equal(contentHash);
    const other = await processImage({ bytes, label: "a" }, { ...config, maxPixels: config.maxPixels - 1 });
    expect(other.contentHash).to.not.equal(contentHash);
    expect((await processImage({ bytes: await png(41, 30), label: "c" }, config)).contentHash).to.not.equal(
      contentHash,
    );
  });

  it("refuses extreme aspect ratios by name", async () => {
    const error = await rejection(processImage({ bytes: await png(1, 201), label: "strip.png" }, config));
    expect(error.code).to.equal("IMAGE_ASPECT_RATIO");
    expect(error.message).to.include("strip.png");
  });
});

describe("patchify", () => {
  it("refuses sides that windows do not fill", () => {
    expect(() => patchify(pattern(28, 42), 28, 42, config)).to.throw(RangeError);
  });

  it("normalises white and black as CLIP does", () => {
    const white = patchify(new Uint8Array(28 * 28 * 3).fill(255), 28, 28, config).pixelValues;
    const black = patchify(new Uint8Array(28 * 28 * 3), 28, 28, config).pixelValues;
    const channels = [0, 392, 784];
    [1.9303361, 2.0748837, 2.145897].forEach((value, index) => {
      expect(white[channels[index]!]).to.be.closeTo(value, 1e-6);
    });
    [-1.7922626, -1.7520971, -1.4802198].forEach((value, index) => {
      expect(black[channels[index]!]).to.be.closeTo(value, 1e-6);
    });
  });
});
