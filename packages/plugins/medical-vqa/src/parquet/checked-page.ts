import type { CompressionCodec } from "hyparquet";
import { decompress } from "./decompress.js";
import { readVarint, walkHybrid, type Cursor } from "./hybrid-runs.js";
import type { LeafColumn } from "./leaf-column.js";
import type { PagePlace } from "./page-table.js";
import { ParquetProblem } from "./parquet-problem.js";

export interface CheckedPage {
  /** Decompressed: levels, then values. */
  readonly body: Uint8Array;
  /** Rows that begin here. */
  readonly rows: number;
  readonly startsMidRow: boolean;
  /** Where the definition levels stand in the body; null when every value is there. */
  readonly definition: { readonly start: number; readonly end: number } | null;
  /** Where the values begin in the body. */
  readonly valuesAt: number;
}

/** Bytes of a plain value. */
const WIDTHS: Readonly<Record<string, number>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };
const MINIBLOCKS_LIMIT = 1024;

/**
 * Decompresses a data page, into `out` when that is given and its codec can, and checks that its levels and values are as many as its header says, before a decoder
 * reserves memory for them.
 * @throws ParquetProblem
 */
export function checkedPage(
  column: LeafColumn,
  codec: CompressionCodec,
  place: PagePlace,
  stored: Uint8Array,
  out: Uint8Array | null = null,
): CheckedPage {
  const { kind, values, repetitionLength, definitionLength } = place;
  const { maxRepetition, maxDefinition } = column;
  const levels = kind === "v2" ? repetitionLength + definitionLength : 0;
  if (levels > stored.length || levels > place.length)
    throw new ParquetProblem("a page is shorter than its levels");
  const body = plainBody(codec, place, stored, levels, out);
  const cursor: Cursor = { bytes: body, at: 0 };

  /** Walks levels from 0 to `max`; in version 1 their length stands before them. */
  const walk = (max: number, length: number, wanted: number) => {
    if (max === 0) return null;
    const bytes = kind === "v1" ? lengthBefore(cursor) : length;
    const end = cursor.at + bytes;
    if (end > body.length) throw new ParquetProblem("the levels of a page are cut off");
    const walked = walkHybrid(cursor, end, 32 - Math.clz32(max), values, wanted);
    cursor.at = end;
    return walked;
  };
  const repetition = walk(maxRepetition, repetitionLength, 0);
  const definitionStart = cursor.at + (kind === "v1" ? LEVELS_LENGTH : 0);
  const definition = walk(maxDefinition, definitionLength, maxDefinition);
  const valuesAt = cursor.at;
  const there = definition?.matches ?? values;
  if (kind === "v2" && values - place.nulls !== there)
    throw new ParquetProblem(`a page says that it has ${place.nulls} nulls, and has ${values - there}`);
  checkValues(column, place, cursor, there);
  return {
    body,
    rows: repetition?.matches ?? values,
    startsMidRow: repetition !== null && values > 0 && !repetition.isFirst,
    definition: definition === null ? null : { start: definitionStart, end: valuesAt },
    valuesAt,
  };
}

/** Levels of version 2, which stand uncompressed before the values, and the values. */
function plainBody(
  codec: CompressionCodec,
  place: PagePlace,
  stored: Uint8Array,
  levels: number,
  out: Uint8Array | null,
): Uint8Array {
  const rest = stored.subarray(levels);
  if (!place.isCompressed || codec === "UNCOMPRESSED") {
    if (stored.length === place.length || !place.isCompressed) return stored;
    throw new ParquetProblem("a page has another length than its header says");
  }
  const plain = decompress(codec, rest, place.length - levels, out?.subarray(levels, place.length) ?? null);
  if (levels === 0) return plain;
  if (out === null || plain.buffer !== out.buffer) return Buffer.concat([stored.subarray(0, levels), plain]);
  out.set(stored.subarray(0, levels));
  return out.subarray(0, place.length);
}

/** Before levels in version 1 stands how many bytes they have. */
const LEVELS_LENGTH = 4;

function lengthBefore(cursor: Cursor): number {
  const { bytes, at } = cursor;
  if (at + LEVELS_LENGTH > bytes.length) throw new ParquetProblem("the levels of a page are cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, LEVELS_LENGTH);
  cursor.at += LEVELS_LENGTH;
  return view.getUint32(0, true);
}

/** Checks `count` values from the cursor on. */
function checkValues({ element }: LeafColumn, place: PagePlace, cursor: Cursor, count: number): void {
  const end = cursor.bytes.length;
  const left = end - cursor.at;
  const enough = (bytes: number) => {
    if (!(bytes <= left))
      throw new ParquetProblem(`a page of ${left} bytes says that it holds ${count} values`);
  };
  const { type = "BYTE_ARRAY" } = element;
  if (count === 0) return;
  switch (place.encoding) {
    case "PLAIN":
      if (type === "BOOLEAN") enough(Math.ceil(count / 8));
      else enough(count * (type === "BYTE_ARRAY" ? 4 : (WIDTHS[type] ?? element.type_length ?? 0)));
      return;
    case "RLE":
      if (type !== "BOOLEAN")
        throw new ParquetProblem("run lengths stand in a column that is not of booleans");
      walkHybrid(cursor, Math.min(lengthBefore(cursor) + cursor.at, end), 1, count, 1);
      return;
    case "PLAIN_DICTIONARY":
    case "RLE_DICTIONARY": {
      enough(1);
      const bits = cursor.bytes[cursor.at++]!;
      if (bits > 32) throw new ParquetProblem(`dictionary indices say that they have ${bits} bits`);
      if (bits > 0) walkHybrid(cursor, end, bits, count, 0);
      return;
    }
    case "BYTE_STREAM_SPLIT":
      enough(count * (WIDTHS[type] ?? element.type_length ?? 0));
      return;
    case "DELTA_BINARY_PACKED":
    case "DELTA_LENGTH_BYTE_ARRAY": {
      readVarint(cursor, end);
      const miniblocks = readVarint(cursor, end);
      if (miniblocks < 1 || miniblocks > MINIBLOCKS_LIMIT)
        throw new ParquetProblem(`a block of deltas says that it has ${miniblocks} parts`);
      return;
    }
    default:
      throw new ParquetProblem(
        `the encoding ${place.encoding} is not read; write the file with plain encoding`,
      );
  }
}
