import { ParquetProblem } from "./parquet-problem.js";

/** A cursor in bytes. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * Walks `count` values, so that a decoder that trusts them meets no run beyond what its page holds.
 * @returns how many of the values equal `wanted`, and whether the first does
 * @throws ParquetProblem
 */
export function walkHybrid(
  cursor: Cursor,
  end: number,
  bits: number,
  count: number,
  wanted: number,
): { readonly matches: number; readonly isFirst: boolean } {
  let seen = 0;
  let matches = 0;
  let isFirst = false;
  forEachRun(cursor, end, bits, count, (value, times) => {
    if (value === wanted) {
      matches += times;
      if (seen === 0) isFirst = true;
    }
    seen += times;
  });
  return { matches, isFirst };
}

/**
 * Goes through run lengths and bit-packed groups of a page (the format's RLE hybrid) up to `count` values.
 * @throws ParquetProblem when a run reaches beyond them or beyond `end`
 */
export function forEachRun(
  cursor: Cursor,
  end: number,
  bits: number,
  count: number,
  take: (value: number, times: number) => void,
): void {
  let seen = 0;
  while (seen < count) {
    const header = readVarint(cursor, end);
    const isPacked = (header & 1) === 1;
    const length = isPacked ? (header >>> 1) * 8 : header >>> 1;
    if (length === 0 || seen + length > count + (isPacked ? 7 : 0)) throw damaged();
    const bytes = isPacked ? (length / 8) * bits : Math.ceil(bits / 8);
    // The last group of a page may leave out the bytes of values that are not there.
    const needed = isPacked ? Math.ceil((Math.min(length, count - seen) * bits) / 8) : bytes;
    if (cursor.at + needed > end) throw damaged();
    if (isPacked) {
      const first = seen;
      for (let index = 0; index < length && first + index < count; index++) {
        take(packedValue(cursor.bytes, cursor.at * 8 + index * bits, bits), 1);
        seen++;
      }
    } else {
      let value = 0;
      for (let index = 0; index < bytes; index++)
        value += cursor.bytes[cursor.at + index]! * 2 ** (8 * index);
      take(value, length);
      seen += length;
    }
    cursor.at += Math.min(bytes, end - cursor.at);
  }
}

/** The value of `bits` bits from bit `at` on, lowest bit first. */
function packedValue(bytes: Uint8Array, at: number, bits: number): number {
  let value = 0;
  for (let bit = 0; bit < bits; bit++) {
    const place = at + bit;
    if (((bytes[place >> 3]! >> (place & 7)) & 1) === 1) value += 2 ** bit;
  }
  return value;
}

/** Up to 32 bits, seven a byte, low ones first. */
export function readVarint(cursor: Cursor, end: number): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    if (cursor.at >= end) throw damaged();
    const byte = cursor.bytes[cursor.at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      if (value >= 2 ** 31) throw damaged();
      return value;
    }
  }
  throw damaged();
}

function damaged(): ParquetProblem {
  return new ParquetProblem("the levels or indices of a page are damaged");
}
