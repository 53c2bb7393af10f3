/** Fixed-point bits of a weight: 32 less 8 of the pixel and 2 of head room, as in Pillow's Resample.c. */
const PRECISION_BITS = 22;
const HALF = 2 ** (PRECISION_BITS - 1);
/** Radius of the cubic kernel in source pixels, before scaling. */
const SUPPORT = 2;
const CHANNELS = 3;

/**
 * Resizes 8-bit RGB (`[height, width, 3]`) by the antialiased bicubic filter of Pillow (`Image.resize`,
 * `BICUBIC`), bit for bit: fixed-point weights, columns first, and 8-bit rounding between the two passes.
 * @returns `[outHeight, outWidth, 3]`
 */
export function resizeBicubic(
  rgb: Uint8Array,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Uint8Array {
  if (rgb.length !== height * width * CHANNELS) {
    throw new RangeError(`${rgb.length} bytes are not ${height} x ${width} RGB pixels`);
  }
  const wide = outWidth === width ? rgb : resizeRows(rgb, height, width, outWidth);
  return outHeight === height ? wide : resizeColumns(wide, height, outWidth, outHeight);
}

/** Where each output pixel reads from: `count[i]` weights at `weights[i · stride]`, from source pixel `start[i]`. */
interface Taps {
  readonly start: Int32Array;
  readonly count: Int32Array;
  /** Fixed point, `PRECISION_BITS` after the point. */
  readonly weights: Int32Array;
  readonly stride: number;
}

function resizeRows(source: Uint8Array, height: number, width: number, outWidth: number): Uint8Array {
  const { start, count, weights, stride } = computeTaps(width, outWidth);
  const out = new Uint8Array(height * outWidth * CHANNELS);
  for (let row = 0, at = 0; row < height; row++) {
    const rowStart = row * width * CHANNELS;
    for (let column = 0; column < outWidth; column++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = rowStart + start[column]! * CHANNELS;
      const first = column * stride;
      for (let tap = first; tap < first + count[column]!; tap++) {
        const weight = weights[tap]!;
        red += weight * source[from++]!;
        green += weight * source[from++]!;
        blue += weight * source[from++]!;
      }
      out[at++] = toByte(red);
      out[at++] = toByte(green);
      out[at++] = toByte(blue);
    }
  }
  return out;
}

function resizeColumns(source: Uint8Array, height: number, width: number, outHeight: number): Uint8Array {
  const { start, count, weights, stride } = computeTaps(height, outHeight);
  const rowLength = width * CHANNELS;
  const out = new Uint8Array(outHeight * rowLength);
  const sums = new Int32Array(rowLength);
  for (let row = 0; row < outHeight; row++) {
    sums.fill(HALF);
    for (let tap = 0; tap < count[row]!; tap++) {
      const weight = weights[row * stride + tap]!;
      const from = (start[row]! + tap) * rowLength;
      for (let index = 0; index < rowLength; index++) sums[index]! += weight * source[from + index]!;
    }
    for (let index = 0; index < rowLength; index++) out[row * rowLength + index] = toByte(sums[index]!);
  }
  return out;
}

function computeTaps(inputSize: number, outputSize: number): Taps {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = SUPPORT * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * stride);
  const exact = new Float64Array(stride);
  for (let index = 0; index < outputSize; index++) {
    const center = (index + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const high = Math.min(inputSize, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let tap = 0; tap < high - low; tap++) {
      exact[tap] = cubic((tap + low - center + 0.5) * (1 / filterScale));
      sum += exact[tap]!;
    }
    for (let tap = 0; tap < high - low; tap++) {
      const weight = exact[tap]! / sum;
      weights[index * stride + tap] = Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
    }
    start[index] = low;
    count[index] = high - low;
  }
  return { start, count, weights, stride };
}

/** Keys' cubic convolution kernel with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

function toByte(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
