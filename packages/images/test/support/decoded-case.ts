import { expect } from "chai";
import type { RgbImage } from "../../src/index.js";

/** Pixels that a reference script wrote down. */
export interface DecodedCase {
  readonly name: string;
  /** Largest difference of a sample; 0 when absent. */
  readonly tolerance?: number;
  readonly height: number;
  readonly width: number;
  /** RGB bytes, base64. */
  readonly pixels: string;
}

export function expectPixels(image: RgbImage, { height, width, pixels, tolerance = 0 }: DecodedCase): void {
  expect(image).to.include({ height, width });
  const expected = Buffer.from(pixels, "base64");
  expect(image.data.length).to.equal(expected.length);
  const differences = [...expected].map((value, index) => Math.abs(value - image.data[index]!));
  expect(Math.max(...differences)).to.be.at.most(tolerance);
}
