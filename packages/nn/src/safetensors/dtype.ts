import { bf16ToFloat, f16ToFloat, floatToBf16, floatToF16 } from "./half.js";

/** Bytes of one element, by the format's dtype names. Formats below one byte are not among them. */
export const dtypeBytes: Readonly<Record<string, number>> = Object.freeze({
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
});

/** Dtypes that can be written. */
export type WritableDtype = "F32" | "BF16" | "F16";

type Decoder = (bytes: ArrayBuffer, count: number, target: Float32Array, offset: number) => void;

/** Decoders of `count` elements into `target` at `offset`. Typed arrays are little-endian, as the format is. */
const decoders: Readonly<Record<string, Decoder>> = {
  F32: (bytes, count, target, offset) => {
    target.set(new Float32Array(bytes, 0, count), offset);
  },
  F64: (bytes, count, target, offset) => {
    target.set(new Float64Array(bytes, 0, count), offset);
  },
  BF16: (bytes, count, target, offset) => {
    bf16ToFloat(new Uint16Array(bytes, 0, count), target, offset);
  },
  F16: (bytes, count, target, offset) => {
    f16ToFloat(new Uint16Array(bytes, 0, count), target, offset);
  },
  I64: (bytes, count, target, offset) => {
    const values = new BigInt64Array(bytes, 0, count);
    for (let i = 0; i < count; i++) target[offset + i] = Number(values[i]);
  },
  I32: (bytes, count, target, offset) => {
    target.set(new Int32Array(bytes, 0, count), offset);
  },
  I16: (bytes, count, target, offset) => {
    target.set(new Int16Array(bytes, 0, count), offset);
  },
  I8: (bytes, count, target, offset) => {
    target.set(new Int8Array(bytes, 0, count), offset);
  },
  U8: (bytes, count, target, offset) => {
    target.set(new Uint8Array(bytes, 0, count), offset);
  },
  BOOL: (bytes, count, target, offset) => {
    target.set(new Uint8Array(bytes, 0, count), offset);
  },
};

/** Dtypes whose values can be read as float32. */
export const readableDtypes: readonly string[] = Object.keys(decoders);

export function decoderOf(dtype: string): Decoder | undefined {
  return Object.hasOwn(decoders, dtype) ? decoders[dtype] : undefined;
}

/** The bytes of `values` in `dtype`; F32 shares memory with `values`. */
export function encode(values: Float32Array, dtype: WritableDtype): Uint8Array {
  if (dtype === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const halves = new Uint16Array(values.length);
  if (dtype === "BF16") floatToBf16(values, halves);
  else floatToF16(values, halves);
  return new Uint8Array(halves.buffer);
}
