import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress as decompressZstd } from "fzstd";
import { compressors } from "hyparquet-compressors";
import type { CompressionCodec } from "hyparquet";
import { ParquetProblem } from "./parquet-problem.js";
import { decompressSnappy } from "./snappy.js";

/** Deflate and its like reach 1,032 to 1; small pages of one repeated value may exceed it. */
const RATIO_LIMIT = 1100;
const SMALL_PAGE = 2 ** 24;
const PAGE_LIMIT = 2 ** 30;

/**
 * Decompresses a page to exactly `length` bytes; absurd lengths are refused before memory is reserved. It fills `out`,
 * of that length, when that is given and the codec can; else the bytes are new, or those given.
 * @throws ParquetProblem, or what a decompressor throws of damaged data
 */
export function decompress(
  codec: CompressionCodec,
  bytes: Uint8Array,
  length: number,
  out: Uint8Array | null = null,
): Uint8Array {
  checkLength(bytes.length, length);
  const page = length === 0 ? new Uint8Array() : decompressed(codec, bytes, length, out);
  if (page.length !== length) throw new ParquetProblem("a page has another length than its header says");
  return page;
}

/** @throws ParquetProblem when no data of `compressed` bytes can become `length` */
export function checkLength(compressed: number, length: number): void {
  if (!(length >= 0 && length <= PAGE_LIMIT && length <= Math.max(SMALL_PAGE, compressed * RATIO_LIMIT)))
    throw new ParquetProblem(`a page of ${compressed} bytes says that it holds ${length}`);
}

/** Whether decompression can fill a buffer that is there already. */
export function fillsBuffer(codec: CompressionCodec): boolean {
  return codec === "SNAPPY" || codec === "ZSTD";
}

function decompressed(
  codec: CompressionCodec,
  bytes: Uint8Array,
  length: number,
  out: Uint8Array | null,
): Uint8Array {
  switch (codec) {
    case "UNCOMPRESSED":
      return bytes;
    case "GZIP":
      return gunzipSync(bytes, { maxOutputLength: length });
    case "BROTLI":
      return brotliDecompressSync(bytes, { maxOutputLength: length });
    case "ZSTD":
      return decompressZstd(bytes, out ?? new Uint8Array(length));
    case "SNAPPY":
      return decompressSnappy(bytes, out ?? new Uint8Array(length));
    case "LZ4":
    case "LZ4_RAW":
      return compressors[codec]!(bytes, length);
    default:
      throw new ParquetProblem(`its compression ${codec} is not read`);
  }
}
