import { basename } from "node:path";
import type { GreyWindow, ImageSource, RarlError, Sample } from "@rarl-sdk/core";
import { dataFiles } from "../data-files.js";
import { countImages, HOLE, type ImageCounts } from "../parquet/count-images.js";
import { ParquetFile } from "../parquet/parquet-file.js";
import { ParquetImage } from "../parquet/parquet-image.js";
import type { RecordPlace, RawRecord, RecordSet } from "../records/record-set.js";
import { mappingOfTable, type ColumnMapping, type ColumnsOption } from "./column-mapping.js";
import { imagePaths } from "./image-paths.js";
import { sampleFromRow } from "./sample-from-row.js";

export interface ParquetRequest {
  /** File, folder, or files by a `*`. */
  readonly path: string;
  readonly columns: ColumnsOption;
  readonly imageFolder?: string | null;
  readonly window?: GreyWindow | undefined;
  readonly finish?: (sample: Sample, row: Readonly<Record<string, unknown>>) => Sample | RarlError;
  /** Further columns that `finish` looks at. */
  readonly extraColumns?: readonly string[];
}

/** An opened file with what is needed of its rows. */
interface Part {
  readonly file: ParquetFile;
  readonly mapping: ColumnMapping;
  /** Columns without images. */
  readonly columns: readonly string[];
  /** The column of embedded images, and how many each row has. */
  readonly images: { readonly column: string; readonly counts: ImageCounts } | null;
}

/** Rows of text that are decoded together. */
const WINDOW = 1024;

/**
 * Parquet files as records: text in windows of rows, images where they stand.
 * @throws RarlError `DATA_MISSING`, `DATA_INVALID`
 */
export async function parquetRecords(request: ParquetRequest, signal?: AbortSignal): Promise<RecordSet> {
  const { path, columns, window, imageFolder = null, finish, extraColumns = [] } = request;
  const parts = new Map<string, Part>();
  for (const name of await dataFiles(path, ".parquet"))
    parts.set(name, await openPart(name, columns, extraColumns, signal));
  return {
    name: basename(path)
      .replace(/\.parquet$/, "")
      .replaceAll("*", ""),
    path,
    identity: [columns ?? null, window ?? null],
    read: (abort) => readRows([...parts.values()], abort),
    toSample: (value, place) => {
      const { file, mapping, images } = parts.get(place.file)!;
      const byPath = imagePaths(mapping, imageFolder, window);
      const embedded = (_: unknown, { record }: RecordPlace) =>
        embeddedImages(file, images!, record - 1, window);
      const sample = sampleFromRow(value, place, { mapping, images: images === null ? byPath : embedded });
      return "id" in sample && finish !== undefined
        ? finish(sample, value as Record<string, unknown>)
        : sample;
    },
  };
}

async function openPart(
  name: string,
  option: ColumnsOption,
  extraColumns: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Part> {
  const file = await ParquetFile.open(name);
  const mapping = mappingOfTable(option, file.columns, name);
  const { image, images } = mapping.fields;
  const imageColumn = [image, images].find((column) => column !== undefined && file.holdsBytes(column));
  const columns = [
    ...new Set([...Object.values(mapping.fields), ...Object.values(mapping.meta), ...extraColumns]),
  ];
  return {
    file,
    mapping,
    columns: columns.filter((column) => column !== imageColumn && file.columns.includes(column)),
    images:
      imageColumn === undefined
        ? null
        : { column: imageColumn, counts: await countImages(file, imageColumn, signal) },
  };
}

async function* readRows(parts: readonly Part[], signal: AbortSignal | undefined): AsyncGenerator<RawRecord> {
  for (const { file, columns } of parts) {
    for (let from = 0; from < file.rows; from += WINDOW) {
      signal?.throwIfAborted();
      const rows = await file.read(columns, from, Math.min(from + WINDOW, file.rows));
      for (const [index, value] of rows.entries()) yield { file: file.path, record: from + index + 1, value };
    }
  }
}

function embeddedImages(
  file: ParquetFile,
  { column, counts }: NonNullable<Part["images"]>,
  row: number,
  window: GreyWindow | undefined,
): readonly ImageSource[] | string {
  const count = counts === null ? 1 : counts[row]!;
  if (count === HOLE) return `${column}: the list has an image without bytes`;
  if (count === 0) return `${column}: has no bytes`;
  return Array.from({ length: count }, (_, index) => new ParquetImage(file, row, column, index, window));
}
