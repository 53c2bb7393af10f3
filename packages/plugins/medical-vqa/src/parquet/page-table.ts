import type { ColumnMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { ReadPiece } from "./file-input.js";
import type { LeafColumn } from "./leaf-column.js";
import { checkedPage } from "./checked-page.js";
import { ParquetProblem } from "./parquet-problem.js";

/** Where a page stands, and what it holds. */
export interface PagePlace {
  readonly kind: "dictionary" | "v1" | "v2";
  /** Byte offset of the body in the file, and its length there. */
  readonly start: number;
  readonly compressedLength: number;
  readonly length: number;
  readonly values: number;
  /** Of version 2: how many of the values are null. */
  readonly nulls: number;
  readonly encoding: string;
  /** Of version 2: lengths of the levels before the values, and whether those are compressed. */
  readonly repetitionLength: number;
  readonly definitionLength: number;
  readonly isCompressed: boolean;
}

/** A data page with the rows that begin in it. */
export interface DataPage extends PagePlace {
  /** Within the row group; of a page that begins in the middle of a row, the next one. */
  readonly firstRow: number;
  readonly rows: number;
  readonly startsMidRow: boolean;
}

export interface PageTable {
  readonly dictionary: PagePlace | null;
  readonly pages: readonly DataPage[];
}

/** First tries at a header's length, which statistics of long values can stretch. */
const HEADER_WINDOWS = [2 ** 12, 2 ** 16, 2 ** 22];
const VALUES_LIMIT = 2 ** 22;

/**
 * Finds the pages of a column chunk by their headers; of lists in version 1 the bodies are read once as well, since
 * only they tell where rows begin.
 * @throws ParquetProblem
 */
export async function readPageTable(
  read: ReadPiece,
  size: number,
  column: LeafColumn,
  chunk: ColumnMetaData,
  rows: number,
): Promise<PageTable> {
  const offset = Number(chunk.data_page_offset);
  const dictionaryOffset = Number(chunk.dictionary_page_offset ?? 0n);
  let at = dictionaryOffset > 0 && dictionaryOffset < offset ? dictionaryOffset : offset;
  const end = at + Number(chunk.total_compressed_size);
  const values = Number(chunk.num_values);
  if (!(at >= 4 && end > at && end <= size && values >= rows))
    throw new ParquetProblem("a column says that it lies outside the file, or has too few values");
  const pages: DataPage[] = [];
  let dictionary: PagePlace | null = null;
  let row = 0;
  let seen = 0;
  while (at < end && seen < values) {
    const { place, next } = await readPlace(read, at, end);
    at = next;
    if (place === null) continue;
    if (place.kind === "dictionary") {
      if (dictionary !== null || pages.length > 0) throw new ParquetProblem("a column has two dictionaries");
      dictionary = place;
      continue;
    }
    const starts =
      column.maxRepetition === 0 ? flatRows(place) : await nestedRows(read, column, chunk, place);
    pages.push({ ...place, firstRow: row, ...starts });
    row += starts.rows;
    seen += place.values;
  }
  if (seen !== values || row !== rows)
    throw new ParquetProblem(`a column has ${row} rows of ${rows}, ${seen} values of ${values}`);
  return { dictionary, pages };
}

function flatRows({ values }: PagePlace): { rows: number; startsMidRow: boolean } {
  return { rows: values, startsMidRow: false };
}

async function nestedRows(read: ReadPiece, column: LeafColumn, chunk: ColumnMetaData, place: PagePlace) {
  const body = await read(place.start, place.compressedLength);
  const { rows, startsMidRow } = checkedPage(column, chunk.codec, place, body);
  return { rows, startsMidRow };
}

async function readPlace(read: ReadPiece, at: number, end: number) {
  for (const window of HEADER_WINDOWS) {
    const bytes = await read(at, Math.min(window, end - at));
    const reader = { view: new DataView(bytes.buffer), offset: 0 };
    let header: ReturnType<typeof parquetHeader>;
    try {
      header = parquetHeader(reader);
    } catch (error) {
      // Perhaps only cut off by the window.
      if (at + window < end && window !== HEADER_WINDOWS.at(-1)) continue;
      throw error;
    }
    const start = at + reader.offset;
    const compressedLength = header.compressed_page_size;
    const next = start + compressedLength;
    if (!Number.isInteger(next) || compressedLength < 0 || next > end)
      throw new ParquetProblem("a page says that it reaches beyond its column");
    return { place: placeOf(header, start, compressedLength), next };
  }
  throw new ParquetProblem("a page header is longer than 4 MiB");
}

/** Null for a page that is no data, such as an index. */
function placeOf(
  header: ReturnType<typeof parquetHeader>,
  start: number,
  compressedLength: number,
): PagePlace | null {
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
  const known =
    header.type === "DATA_PAGE" && v1 !== undefined
      ? { kind: "v1" as const, ...v1 }
      : header.type === "DATA_PAGE_V2" && v2 !== undefined
        ? { kind: "v2" as const, ...v2 }
        : header.type === "DICTIONARY_PAGE" && dictionary !== undefined
          ? { kind: "dictionary" as const, ...dictionary }
          : null;
  if (known === null) return null;
  const values = known.num_values;
  if (!Number.isInteger(values) || values < 0 || values > VALUES_LIMIT)
    throw new ParquetProblem(`a page says that it holds ${values} values`);
  const place = {
    kind: known.kind,
    start,
    compressedLength,
    length: header.uncompressed_page_size,
    values,
    nulls: v2?.num_nulls ?? 0,
    encoding: known.encoding,
    repetitionLength: v2?.repetition_levels_byte_length ?? 0,
    definitionLength: v2?.definition_levels_byte_length ?? 0,
    isCompressed: v2?.is_compressed !== false,
  };
  if (!(place.repetitionLength >= 0 && place.definitionLength >= 0))
    throw new ParquetProblem("the levels of a page have a negative length");
  return place;
}
