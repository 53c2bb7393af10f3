import { ParquetProblem } from "./parquet-problem.js";

/** Kinds of an element by the two low bits of its tag. */
const LITERAL = 0;
const COPY_1 = 1;
const COPY_2 = 2;

/**
 * Decompresses Snappy's raw format (google/snappy, format_description.txt) into all of `out`. Bytes are moved in runs,
 * as those of images, which do not shrink, lie in long literals.
 * @throws ParquetProblem
 */
export function decompressSnappy(bytes: Uint8Array, out: Uint8Array): Uint8Array {
  let at = 0;
  let written = 0;
  /** A little-endian number of 1 to 4 bytes. */
  const number = (length: number): number => {
    if (at + length > bytes.length) throw damaged();
    let value = 0;
    for (let index = 0; index < length; index++) value += bytes[at++]! * 2 ** (8 * index);
    return value;
  };
  // The length, seven bits a byte, is that of the page header, which is checked by what comes out.
  while (number(1) >= 0x80);
  while (at < bytes.length) {
    const tag = number(1);
    const kind = tag & 3;
    if (kind === LITERAL) {
      const short = tag >>> 2;
      const length = (short < 60 ? short : number(short - 59)) + 1;
      if (at + length > bytes.length || written + length > out.length) throw damaged();
      out.set(bytes.subarray(at, at + length), written);
      at += length;
      written += length;
      continue;
    }
    const length = kind === COPY_1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset = kind === COPY_1 ? (tag >>> 5) * 256 + number(1) : number(kind === COPY_2 ? 2 : 4);
    if (offset === 0 || offset > written || written + length > out.length) throw damaged();
    const from = written - offset;
    // What is copied may reach into what it makes, and then repeats.
    if (offset >= length) out.copyWithin(written, from, from + length);
    else for (let index = 0; index < length; index++) out[written + index] = out[from + index]!;
    written += length;
  }
  if (written !== out.length) throw damaged();
  return out;
}

function damaged(): ParquetProblem {
  return new ParquetProblem("the Snappy data of a page are damaged");
}
