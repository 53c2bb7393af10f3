import { resolve } from "node:path";
import { inject, injectable, tokens, type Dataset, type DataSource } from "@rarl-sdk/core";
import { z } from "zod";
import { onProblemOption } from "../on-problem.js";
import { openRecords } from "../records/open-records.js";
import { selectionShape } from "../selection/options.js";
import { columnsOption } from "./column-mapping.js";
import { imagePathShape } from "./image-paths.js";
import { parquetRecords } from "./parquet-records.js";

/** Options of the data source `parquet`. */
export const parquetOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      "A parquet file, a folder of them, or files by a `*` in the name, such as data/train-*.parquet.",
    ),
  columns: columnsOption,
  ...imagePathShape,
  ...selectionShape,
  onProblem: onProblemOption,
});

export type ParquetOptions = z.output<typeof parquetOptions>;

/**
 * Parquet tables with a column mapping, the copies of data sets in circulation among them. Images inside stay there
 * until they are wanted.
 */
@injectable()
export class ParquetSource implements DataSource {
  readonly #path: string;
  readonly #imageFolder: string | null;

  constructor(
    @inject(tokens.options) private readonly options: ParquetOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    this.#path = resolve(baseDirectory, options.path);
    this.#imageFolder =
      options.imageFolder === undefined ? null : resolve(baseDirectory, options.imageFolder);
  }

  /** @throws RarlError as `openRecords` */
  async open(signal?: AbortSignal): Promise<Dataset> {
    const { columns, window } = this.options;
    const path = this.#path;
    const set = await parquetRecords({ path, columns, window, imageFolder: this.#imageFolder }, signal);
    return openRecords(set, this.options, signal);
  }
}
