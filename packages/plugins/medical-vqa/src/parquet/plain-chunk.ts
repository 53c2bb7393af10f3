import type { ColumnMetaData, FileMetaData } from "hyparquet";
import type { LeafColumn } from "./leaf-column.js";
import type { PagePlace } from "./page-table.js";

/** A page's place with its decompressed body. */
export interface PlainPage {
  readonly place: PagePlace;
  readonly body: Uint8Array;
}

/** Thrift's numbers of what a page header holds. */
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const ENCODINGS = [
  "PLAIN",
  "GROUP_VAR_INT",
  "PLAIN_DICTIONARY",
  "RLE",
  "BIT_PACKED",
  "DELTA_BINARY_PACKED",
  "DELTA_LENGTH_BYTE_ARRAY",
  "DELTA_BYTE_ARRAY",
  "RLE_DICTIONARY",
  "BYTE_STREAM_SPLIT",
];

/** Where the pages begin in the file that the metadata describe: an offset of 0 would mean none. */
export const CHUNK_OFFSET = 4;

/**
 * A parquet file of one column and one row group, made of checked pages without compression: what a decoder is given
 * in place of the file. `bytes` are those from `CHUNK_OFFSET` on.
 */
export function plainChunk(
  column: LeafColumn,
  chunk: ColumnMetaData,
  pages: readonly PlainPage[],
  rows: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly metadata: FileMetaData } {
  const parts = pages.flatMap((page) => [header(page), page.body]);
  const bytes = joined(parts);
  const values = pages.reduce((sum, { place }) => sum + (place.kind === "dictionary" ? 0 : place.values), 0);
  const size = BigInt(bytes.length);
  const hasDictionary = pages[0]?.place.kind === "dictionary";
  const dictionaryLength = hasDictionary ? parts[0]!.length + parts[1]!.length : 0;
  const columnMetadata: ColumnMetaData = {
    type: chunk.type,
    encodings: chunk.encodings,
    path_in_schema: [...column.path],
    codec: "UNCOMPRESSED",
    num_values: BigInt(values),
    total_uncompressed_size: size,
    total_compressed_size: size,
    data_page_offset: BigInt(CHUNK_OFFSET + dictionaryLength),
    ...(hasDictionary && { dictionary_page_offset: BigInt(CHUNK_OFFSET) }),
  };
  const group = {
    columns: [{ file_offset: 0n, meta_data: columnMetadata }],
    total_byte_size: size,
    num_rows: BigInt(rows),
  };
  const metadata: FileMetaData = {
    version: 1,
    schema: [...column.schema],
    num_rows: BigInt(rows),
    row_groups: [group],
    metadata_length: 0,
  };
  return { bytes, metadata };
}

/** One copy, since pages of images are large. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The header of an uncompressed page, in Thrift's compact protocol. */
function header({ place, body }: PlainPage): Uint8Array {
  const { kind, values, encoding, repetitionLength, definitionLength } = place;
  const encodingNumber = ENCODINGS.indexOf(encoding);
  const rle = ENCODINGS.indexOf("RLE");
  const fields: Field[] = [
    [1, kind === "v1" ? DATA_PAGE : kind === "v2" ? DATA_PAGE_V2 : DICTIONARY_PAGE],
    [2, body.length],
    [3, body.length],
  ];
  if (kind === "dictionary")
    fields.push([
      7,
      [
        [1, values],
        [2, encodingNumber],
      ],
    ]);
  else if (kind === "v1")
    fields.push([
      5,
      [
        [1, values],
        [2, encodingNumber],
        [3, rle],
        [4, rle],
      ],
    ]);
  else {
    // The decoder counts nulls and rows by the levels; only what it needs of the header is written.
    fields.push([
      8,
      [
        [1, values],
        [2, place.nulls],
        [3, values],
        [4, encodingNumber],
        [5, definitionLength],
        [6, repetitionLength],
        [7, false],
      ],
    ]);
  }
  return Uint8Array.from(struct(fields));
}

type Field = readonly [id: number, value: number | false | readonly Field[]];

const [FALSE, I32, STRUCT] = [2, 5, 12];

function struct(fields: readonly Field[]): number[] {
  const out: number[] = [];
  let last = 0;
  for (const [id, value] of fields) {
    const type = value === false ? FALSE : typeof value === "number" ? I32 : STRUCT;
    out.push(((id - last) << 4) | type);
    last = id;
    if (typeof value === "number") out.push(...varint(value * 2));
    else if (value !== false) out.push(...struct(value));
  }
  out.push(0);
  return out;
}

function varint(value: number): number[] {
  const out: number[] = [];
  while (value >= 0x80) {
    out.push((value % 0x80) | 0x80);
    value = Math.floor(value / 0x80);
  }
  out.push(value);
  return out;
}
