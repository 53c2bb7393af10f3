/** Conversions between 32-bit floats and the two 16-bit formats, on bit patterns. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** bfloat16 is the upper half of a float32. */
export function bf16ToFloat(source: Uint16Array, target: Float32Array, offset = 0): void {
  const words = new Uint32Array(target.buffer, target.byteOffset + offset * 4, source.length);
  for (let i = 0; i < source.length; i++) words[i] = source[i]! << 16;
}

/** Rounds to nearest, ties to even; NaN stays NaN and overflow becomes infinite. */
export function floatToBf16(source: Float32Array, target: Uint16Array): void {
  const words = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    // A NaN whose payload lies in the lower half would be cut to infinity: set the quiet bit.
    target[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | undefined;

/** IEEE binary16; a table of its 65,536 values is made on first use. */
export function f16ToFloat(source: Uint16Array, target: Float32Array, offset = 0): void {
  halfTable ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfToFloat(half));
  for (let i = 0; i < source.length; i++) target[offset + i] = halfTable[source[i]!]!;
}

function floatToHalf(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65,520 lies half-way between the largest half and the next step: it and all above are infinite.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal halves are multiples of 2^-24; adding 0.5 shifts them to the last bits of a float, rounded to even.
    float[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  // Rebias the exponent from 127 to 15 and round away 13 bits of fraction.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** Rounds to nearest, ties to even, subnormals included. */
export function floatToF16(source: Float32Array, target: Uint16Array): void {
  for (let i = 0; i < source.length; i++) target[i] = floatToHalf(source[i]!);
}
