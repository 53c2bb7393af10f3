import type { RgbImage } from "../rgb-image.js";

/**
 * Applies an EXIF orientation (1 to 8, TIFF 6.0 tag 274): the stored pixels become what the camera saw. Other values
 * mean nothing and leave the image as it is.
 */
export function orient(image: RgbImage, orientation: number): RgbImage {
  const place = PLACES[orientation];
  if (place === undefined) return image;
  const { data, width, height } = image;
  const swapsSides = orientation >= 5;
  const [outWidth, outHeight] = swapsSides ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 3) {
      const [column, row] = place(x, y, width - 1, height - 1);
      const to = (row * outWidth + column) * 3;
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
  return { data: out, width: outWidth, height: outHeight };
}

type Place = (x: number, y: number, right: number, bottom: number) => readonly [column: number, row: number];

/** Where the stored pixel (x, y) goes; `right` and `bottom` are the last column and row as stored. */
const PLACES: Readonly<Record<number, Place>> = {
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [bottom - y, x],
  7: (x, y, right, bottom) => [bottom - y, right - x],
  8: (x, y, right) => [y, right - x],
};
