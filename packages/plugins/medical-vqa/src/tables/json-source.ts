import { open } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { inject, injectable, tokens, type Dataset, type DataSource } from "@rarl-sdk/core";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import { onProblemOption } from "../on-problem.js";
import { openRecords } from "../records/open-records.js";
import { readJsonArray, readJsonLines } from "../records/read-json.js";
import { selectionShape } from "../selection/options.js";
import { columnsOption, mappingOf } from "./column-mapping.js";
import { imagePaths, imagePathShape } from "./image-paths.js";
import { sampleFromRow } from "./sample-from-row.js";

/** Options of the data source `json`. */
export const jsonOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("A JSON array of objects, or one object a line; relative to the configuration."),
  columns: columnsOption,
  ...imagePathShape,
  ...selectionShape,
  onProblem: onProblemOption,
});

export type JsonOptions = z.output<typeof jsonOptions>;

/** Objects in JSON or JSONL with other fields than the native form, by a column mapping; fields not named are ignored. */
@injectable()
export class JsonSource implements DataSource {
  readonly #file: string;
  readonly #imageFolder: string | null;

  constructor(
    @inject(tokens.options) private readonly options: JsonOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    this.#file = resolve(baseDirectory, options.path);
    this.#imageFolder =
      options.imageFolder === undefined ? null : resolve(baseDirectory, options.imageFolder);
  }

  /** @throws RarlError as `openRecords` */
  async open(signal?: AbortSignal): Promise<Dataset> {
    const { columns, window } = this.options;
    const file = this.#file;
    await requirePath(file, "file");
    const isArray = await beginsArray(file);
    const mapping = mappingOf(columns);
    const images = imagePaths(mapping, this.#imageFolder, window);
    return openRecords(
      {
        name: basename(file, extname(file)),
        path: file,
        identity: [columns ?? null, window ?? null],
        read: (abort) => (isArray ? readJsonArray(file, abort) : readJsonLines(file)),
        toSample: (value, place) => sampleFromRow(value, place, { mapping, images }),
      },
      this.options,
      signal,
    );
  }
}

/** Whether the first letter that is no space opens an array. */
async function beginsArray(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^(?:\uFEFF)?\s*\[/.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await handle.close();
  }
}
