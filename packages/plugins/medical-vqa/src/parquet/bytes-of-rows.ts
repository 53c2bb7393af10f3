import type { CompressionCodec } from "hyparquet";
import { findBytes, valueAt, type BytePage } from "./byte-page.js";
import { checkedPage } from "./checked-page.js";
import { checkLength, fillsBuffer } from "./decompress.js";
import type { ReadPiece } from "./file-input.js";
import type { LeafColumn } from "./leaf-column.js";
import { pageBuffers } from "./page-buffers.js";
import type { DataPage } from "./page-table.js";

/**
 * Values of a leaf of plain bytes in the rows from `from` to before `to`, copied out of `pages`. No decoder makes
 * objects of a page, of which mostly one value is wanted, and one page at a time is held.
 * @throws ParquetProblem
 */
export async function bytesOfRows(
  read: ReadPiece,
  leaf: LeafColumn,
  codec: CompressionCodec,
  pages: readonly DataPage[],
  from: number,
  to: number,
): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  for (const page of pages) {
    const content = pageBuffers.find(page) ?? (await readBytePage(read, leaf, codec, page));
    const end = Math.min(to - page.firstRow, page.rows);
    for (let row = Math.max(from - page.firstRow, 0); row < end; row++)
      values.push(valueAt(leaf, content, row));
  }
  return values;
}

async function readBytePage(
  read: ReadPiece,
  leaf: LeafColumn,
  codec: CompressionCodec,
  page: DataPage,
): Promise<BytePage> {
  const isCompressed = page.isCompressed && codec !== "UNCOMPRESSED";
  let buffer: Uint8Array | null = null;
  const claim = (length: number): Uint8Array => (buffer = pageBuffers.claim(length)).subarray(0, length);
  const stored = await read(page.start, page.compressedLength, (length) =>
    isCompressed ? pageBuffers.compressed(length) : claim(length),
  );
  let out: Uint8Array | null = null;
  if (isCompressed && fillsBuffer(codec)) {
    checkLength(stored.length, page.length);
    out = claim(page.length);
  }
  const content = findBytes(leaf, checkedPage(leaf, codec, page, stored, out));
  pageBuffers.keep(page, content, buffer);
  return content;
}
