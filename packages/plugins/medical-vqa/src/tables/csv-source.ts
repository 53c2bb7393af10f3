import { createReadStream } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { inject, injectable, rarlError, tokens, type Dataset, type DataSource } from "@rarl-sdk/core";
import { parse } from "csv-parse";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import { onProblemOption } from "../on-problem.js";
import { openRecords } from "../records/open-records.js";
import type { RawRecord } from "../records/record-set.js";
import { selectionShape } from "../selection/options.js";
import { decodeUtf8, looksLikeUtf16 } from "../text.js";
import { columnsOption, mappingOfTable, type ColumnMapping } from "./column-mapping.js";
import { imagePaths, imagePathShape } from "./image-paths.js";
import { sampleFromRow } from "./sample-from-row.js";

const recordLimit = 16 * 2 ** 20;

/** Options of the data source `csv`. */
export const csvOptions = z.strictObject({
  path: z.string().min(1).describe("The CSV file, UTF-8, with a heading; relative to the configuration."),
  delimiter: z.string().length(1).optional().describe("By default a comma, in .tsv files a tab."),
  columns: columnsOption,
  ...imagePathShape,
  ...selectionShape,
  onProblem: onProblemOption,
});

export type CsvOptions = z.output<typeof csvOptions>;

/** Tables as text (RFC 4180), one record a row under a heading, with a column mapping. */
@injectable()
export class CsvSource implements DataSource {
  readonly #file: string;
  readonly #imageFolder: string | null;

  constructor(
    @inject(tokens.options) private readonly options: CsvOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    this.#file = resolve(baseDirectory, options.path);
    this.#imageFolder =
      options.imageFolder === undefined ? null : resolve(baseDirectory, options.imageFolder);
  }

  /** @throws RarlError as `openRecords` */
  async open(signal?: AbortSignal): Promise<Dataset> {
    const { columns, window, delimiter } = this.options;
    const file = this.#file;
    await requirePath(file, "file");
    let mapping: ColumnMapping | null = null;
    const isTabbed = extname(file).toLowerCase() === ".tsv";
    return openRecords(
      {
        name: basename(file, extname(file)),
        path: file,
        identity: [columns ?? null, window ?? null],
        read: () =>
          readCsv(file, delimiter ?? (isTabbed ? "\t" : ","), (heading) => {
            mapping = mappingOfTable(columns, heading, file);
          }),
        toSample: (value, place) => {
          // The heading comes before the first record.
          const images = imagePaths(mapping!, this.#imageFolder, window);
          return sampleFromRow(value, place, { mapping: mapping!, images });
        },
      },
      this.options,
      signal,
    );
  }
}

async function* readCsv(
  file: string,
  delimiter: string,
  onHeading: (columns: readonly string[]) => void,
): AsyncGenerator<RawRecord> {
  const bytes = createReadStream(file, { highWaterMark: 2 ** 18 });
  // Latin 1 keeps every byte, so that bad UTF-8 is told by record.
  const rows = bytes.pipe(
    parse({
      delimiter,
      encoding: "latin1",
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: recordLimit,
    }),
  );
  bytes.once("error", (error) => rows.destroy(error));
  let heading: readonly string[] | null = null;
  let record = 0;
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      const cells = row.map((cell) => decodeUtf8(Buffer.from(cell, "latin1")));
      if (heading === null) {
        heading = headingOf(row, cells, file);
        onHeading(heading);
        continue;
      }
      record++;
      yield toRecord(file, record, heading, cells);
    }
  } catch (error) {
    if (!isCsvError(error)) throw error;
    throw rarlError(
      "DATA_INVALID",
      { file, record: record + 1, problems: [`not CSV: ${error.message}`] },
      { cause: error },
    );
  } finally {
    bytes.destroy();
  }
}

function headingOf(row: readonly string[], cells: readonly (string | null)[], file: string): string[] {
  const invalid = (problem: string) => rarlError("DATA_INVALID", { file, problems: [problem] });
  if (looksLikeUtf16(Buffer.from(row[0] ?? "", "latin1")))
    throw invalid("the file is UTF-16; save it as UTF-8");
  const names = cells.map((cell) => (cell ?? "").replace("\uFEFF", "").trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`the heading has the column "${twice}" twice`);
  return names;
}

function toRecord(
  file: string,
  record: number,
  heading: readonly string[],
  cells: readonly (string | null)[],
): RawRecord {
  const problem = cells.includes(null)
    ? "the row holds bytes that are not UTF-8"
    : cells.length !== heading.length
      ? `the row has ${cells.length} cells, the heading ${heading.length}`
      : null;
  if (problem !== null)
    return {
      file,
      record,
      value: null,
      problem: rarlError("DATA_INVALID", { file, record, problems: [problem] }),
    };
  return { file, record, value: Object.fromEntries(heading.map((name, index) => [name, cells[index]])) };
}

function isCsvError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("CSV_");
}
