import { parquetMetadata, parquetReadObjects, type ColumnMetaData, type FileMetaData } from "hyparquet";
import { isRarlError, rarlError, type RarlError } from "@rarl-sdk/core";
import { decodeUtf8 } from "../text.js";
import { checkedPage } from "./checked-page.js";
import { isByteLeaf } from "./byte-page.js";
import { bytesOfRows } from "./bytes-of-rows.js";
import { decompress } from "./decompress.js";
import { FileInput, type ReadCount, type ReadPiece } from "./file-input.js";
import { leafColumns, type LeafColumn } from "./leaf-column.js";
import { mergeLeaves } from "./merge-leaves.js";
import { pageBuffers } from "./page-buffers.js";
import { readPageTable, type DataPage, type PageTable } from "./page-table.js";
import { decoderReason, ParquetProblem } from "./parquet-problem.js";
import { CHUNK_OFFSET, plainChunk, type PlainPage } from "./plain-chunk.js";

/** "PAR1", little endian. */
const MAGIC = 0x31524150;
const FOOTER_LIMIT = 2 ** 28;

interface RowGroup {
  readonly firstRow: number;
  readonly rows: number;
  /** In the order of the leaves. */
  readonly chunks: readonly ColumnMetaData[];
}

/** Values of a column from some row on, kept from the last reading. */
interface Decoded {
  readonly firstRow: number;
  readonly values: readonly unknown[];
}

/**
 * A parquet file, read a page at a time: what is held is the footer, where pages stand, and for each column the pages
 * of the last rows asked for. Everything that a file says of itself is checked before memory is reserved by it; pages
 * are then decoded by hyparquet.
 */
export class ParquetFile {
  readonly #tables = new Map<string, PageTable>();
  readonly #recent = new Map<string, Decoded>();

  private constructor(
    private readonly input: FileInput,
    private readonly leaves: readonly LeafColumn[],
    private readonly groups: readonly RowGroup[],
    /** Of all rows. */
    readonly rows: number,
  ) {}

  /** @throws RarlError `DATA_MISSING`, `DATA_INVALID` */
  static async open(path: string): Promise<ParquetFile> {
    return guarded(path, async () => {
      const input = await FileInput.open(path);
      const metadata = await input.use((piece) => readFooter(piece, input.size));
      const leaves = leafColumns(metadata.schema);
      const groups = rowGroups(metadata, leaves);
      const rows = groups.reduce((sum, group) => sum + group.rows, 0);
      return new ParquetFile(input, leaves, groups, rows);
    });
  }

  /** Names of the columns at the top. */
  get columns(): readonly string[] {
    return [...new Set(this.leaves.map(({ path }) => path[0]!))];
  }

  /** What was read of the file so far. */
  get count(): ReadCount {
    return this.input.count;
  }

  get path(): string {
    return this.input.path;
  }

  /** Whether the statistics say that every row has exactly one value in the leaves that `keep` lets through. */
  isNeverNull(column: string, keep: (path: readonly string[]) => boolean): boolean {
    const leaves = this.leaves.filter(({ path }) => path[0] === column && keep(path));
    return leaves.every(
      ({ index, maxRepetition }) =>
        maxRepetition === 0 &&
        this.groups.every(({ chunks }) => chunks[index]!.statistics?.null_count === 0n),
    );
  }

  /** Whether a column holds bytes, be it as such, in a struct or in a list. */
  holdsBytes(column: string): boolean {
    return this.leaves.some(
      ({ path, element }) =>
        path[0] === column &&
        element.type === "BYTE_ARRAY" &&
        element.converted_type !== "UTF8" &&
        element.logical_type?.type !== "STRING",
    );
  }

  /**
   * Values of `columns` in the rows from `from` to before `to`, one object a row. Of a struct only the leaves that
   * `keep` lets through are read. Strings that are not UTF-8 are `invalidText`.
   * @throws RarlError `DATA_INVALID`
   */
  async read(
    columns: readonly string[],
    from: number,
    to: number,
    keep: (path: readonly string[]) => boolean = () => true,
  ): Promise<Record<string, unknown>[]> {
    return guarded(this.input.path, () =>
      this.input.use(async (piece) => {
        const rows: Record<string, unknown>[] = Array.from({ length: to - from }, () => ({}));
        for (const [groupIndex, group] of this.groups.entries()) {
          const start = Math.max(from, group.firstRow);
          const end = Math.min(to, group.firstRow + group.rows);
          if (start >= end) continue;
          const wanted = this.leaves.filter(({ path }) => columns.includes(path[0]!) && keep(path));
          for (const leaf of wanted) {
            const values = await this.leafValues(
              piece,
              groupIndex,
              leaf,
              start - group.firstRow,
              end - group.firstRow,
            );
            for (const [index, value] of values.entries()) {
              const row = rows[start - from + index]!;
              row[leaf.path[0]!] = mergeLeaves(row[leaf.path[0]!], value);
            }
          }
        }
        return rows;
      }),
    );
  }

  /** Of one leaf, in rows of one group. */
  private async leafValues(
    read: ReadPiece,
    groupIndex: number,
    leaf: LeafColumn,
    from: number,
    to: number,
  ): Promise<readonly unknown[]> {
    const key = `${groupIndex}/${leaf.index}`;
    const recent = this.#recent.get(key);
    if (recent !== undefined && recent.firstRow <= from && recent.firstRow + recent.values.length >= to)
      return recent.values.slice(from - recent.firstRow, to - recent.firstRow);
    const group = this.groups[groupIndex]!;
    const chunk = group.chunks[leaf.index]!;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = await readPageTable(read, this.input.size, leaf, chunk, group.rows);
      this.#tables.set(key, table);
    }
    const pages = pagesOfRows(table.pages, from, to);
    if (isByteLeaf(leaf) && pages.every(({ encoding }) => encoding === "PLAIN"))
      return pageBuffers.alone(() => bytesOfRows(read, leaf, chunk.codec, pages, from, to));
    const decoded = await decodePages(read, leaf, chunk, table, pages);
    // One row group's pages of a column at a time: the next ones take their place.
    for (const other of this.#recent.keys()) if (other.endsWith(`/${leaf.index}`)) this.#recent.delete(other);
    this.#recent.set(key, decoded);
    return decoded.values.slice(from - decoded.firstRow, to - decoded.firstRow);
  }
}

/** Stands for a string whose bytes are not UTF-8. */
export const invalidText = Symbol("text that is not UTF-8");

async function readFooter(piece: ReadPiece, size: number): Promise<FileMetaData> {
  if (size < 12) throw new ParquetProblem("it is too short to be a parquet file");
  const end = await piece(size - 8, 8);
  const view = new DataView(end.buffer);
  if (view.getUint32(4, true) !== MAGIC)
    throw new ParquetProblem("it does not end as a parquet file does; it may be cut off");
  const length = view.getUint32(0, true);
  if (length > size - 12 || length > FOOTER_LIMIT)
    throw new ParquetProblem("its footer says that it is longer than the file");
  return parquetMetadata(await piece(size - 8 - length, length + 8), { geoparquet: false });
}

function rowGroups(metadata: FileMetaData, leaves: readonly LeafColumn[]): RowGroup[] {
  let firstRow = 0;
  return metadata.row_groups.map(({ num_rows, columns }) => {
    const rows = Number(num_rows);
    const chunks = columns.map(({ meta_data, file_path }) => {
      if (meta_data === undefined || file_path !== undefined)
        throw new ParquetProblem("a column's data are encrypted or stand in another file");
      return meta_data;
    });
    if (!Number.isSafeInteger(rows) || rows < 0 || chunks.length !== leaves.length)
      throw new ParquetProblem("a row group contradicts the schema");
    const group = { firstRow, rows, chunks };
    firstRow += rows;
    return group;
  });
}

/** The pages that hold the rows, from one that begins with a row to the last that a row continues in. */
function pagesOfRows(pages: readonly DataPage[], from: number, to: number): readonly DataPage[] {
  let first = pages.findLastIndex(({ firstRow, rows }) => firstRow <= from && rows > 0);
  while (first > 0 && pages[first]!.startsMidRow) first--;
  let last = pages.findIndex(({ firstRow, rows, startsMidRow }, index) => {
    return index > first && firstRow >= to && !startsMidRow && rows > 0;
  });
  if (last < 0) last = pages.length;
  return pages.slice(Math.max(first, 0), last);
}

async function decodePages(
  read: ReadPiece,
  leaf: LeafColumn,
  chunk: ColumnMetaData,
  table: PageTable,
  pages: readonly DataPage[],
): Promise<Decoded> {
  const plain: PlainPage[] = [];
  const { dictionary } = table;
  if (dictionary !== null && pages.some(({ encoding }) => encoding.endsWith("_DICTIONARY"))) {
    const stored = await read(dictionary.start, dictionary.compressedLength);
    const body = decompress(chunk.codec, stored, dictionary.length);
    const width = leaf.element.type === "BYTE_ARRAY" ? 4 : 1;
    if (leaf.element.type !== "BOOLEAN" && dictionary.values * width > body.length)
      throw new ParquetProblem("a dictionary says that it holds more than it does");
    plain.push({ place: dictionary, body });
  }
  for (const page of pages) {
    const { body } = checkedPage(leaf, chunk.codec, page, await read(page.start, page.compressedLength));
    plain.push({ place: page, body });
  }
  const rows = pages.reduce((sum, page) => sum + page.rows, 0);
  const { bytes, metadata } = plainChunk(leaf, chunk, plain, rows);
  const end = CHUNK_OFFSET + bytes.length;
  const file = {
    byteLength: end,
    // The decoder asks for the whole chunk, which is then not copied.
    slice: (start: number, stop = end) =>
      start === CHUNK_OFFSET && stop === end
        ? bytes.buffer
        : bytes.buffer.slice(start - CHUNK_OFFSET, stop - CHUNK_OFFSET),
  };
  const parsers = {
    stringFromBytes: (text: Uint8Array | undefined) => text && (decodeUtf8(text) ?? invalidText),
  };
  const objects = await parquetReadObjects({
    file,
    metadata,
    rowStart: 0,
    rowEnd: rows,
    utf8: false,
    parsers,
  });
  const firstRow = pages[0]?.firstRow ?? 0;
  return { firstRow, values: objects.map((object) => object[leaf.path[0]!] as unknown) };
}

/** Turns whatever reading throws into an error of the catalogue. */
async function guarded<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isRarlError(error) ? error : fileError(file, error);
  }
}

function fileError(file: string, error: unknown): RarlError {
  if (error instanceof ParquetProblem)
    return rarlError("DATA_INVALID", { file, problems: [error.message] }, { cause: error });
  if (error instanceof Error && "syscall" in error)
    return rarlError("DATA_MISSING", { file, reason: error.message }, { cause: error });
  const reason = decoderReason(error);
  const problems = [`the parquet data are damaged${reason === null ? "" : `: ${reason}`}`];
  return rarlError("DATA_INVALID", { file, problems }, { cause: error });
}
