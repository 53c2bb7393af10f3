import { expect } from "chai";
import sharp, { type Sharp } from "sharp";
import { decodeImage, hashDistance, perceptualHash, pixelHash } from "../src/index.js";

const side = 96;

/** A picture of waves; other phases are other pictures. */
function waves(phase: number): Buffer {
  const pixels = Buffer.alloc(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      pixels[y * side + x] = Math.round(
        128 + 70 * Math.sin(x / 6 + phase) * Math.cos(y / (5 + phase)) + 20 * Math.sin(phase + x / 3),
      );
  return pixels;
}

const image = (phase: number) => sharp(waves(phase), { raw: { width: side, height: side, channels: 1 } });
const decoded = async (encoded: Sharp) => decodeImage({ bytes: await encoded.toBuffer(), label: "test" });

describe("image hashes", () => {
  it("of pixels are equal across lossless formats, and for nothing else", async () => {
    const png = pixelHash(await decoded(image(1).png()));
    expect(pixelHash(await decoded(image(1).tiff({ compression: "lzw" })))).to.equal(png);
    expect(pixelHash(await decoded(image(1).webp({ lossless: true })))).to.equal(png);
    expect(pixelHash(await decoded(image(1).jpeg()))).not.to.equal(png);
    expect(pixelHash({ data: new Uint8Array(12), width: 4, height: 1 })).not.to.equal(
      pixelHash({ data: new Uint8Array(12), width: 1, height: 4 }),
    );
  });

  it("of looks stay near under scaling, compression and brightness, and lie far apart for other pictures", async () => {
    const original = perceptualHash(await decoded(image(1).png()));
    const variants = [
      image(1).jpeg({ quality: 60 }),
      image(1).resize(200, 150, { fit: "fill" }).png(),
      image(1).resize(48).jpeg(),
      image(1).linear(0.8, 20).png(),
    ];
    for (const variant of variants)
      expect(hashDistance(original, perceptualHash(await decoded(variant)))).to.be.at.most(8);
    for (const phase of [2, 3.5, 5])
      expect(hashDistance(original, perceptualHash(await decoded(image(phase).png())))).to.be.greaterThan(40);
  });

  it("of looks are defined for images smaller than the grid and for flat ones", () => {
    const flat = (width: number, height: number, value: number) =>
      perceptualHash({ data: new Uint8Array(width * height * 3).fill(value), width, height });
    expect(hashDistance(flat(1, 1, 9), flat(500, 3, 200))).to.equal(0);
  });
});
