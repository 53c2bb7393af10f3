import { resolve } from "node:path";
import type { Dataset, DataSource } from "@rarl-sdk/core";
import type { OnProblem } from "../on-problem.js";
import { openRecords } from "../records/open-records.js";
import type { RecordSet } from "../records/record-set.js";
import type { SelectionOptions } from "../selection/options.js";

export type ReleaseOptions = SelectionOptions & { readonly path: string; readonly onProblem: OnProblem };

/** A release as a data source: where its records are is found when it is opened. */
export class ReleaseSource<Options extends ReleaseOptions> implements DataSource {
  constructor(
    private readonly options: Options,
    private readonly baseDirectory: string,
    private readonly find: (folder: string, options: Options, signal?: AbortSignal) => Promise<RecordSet>,
  ) {}

  /**
   * @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `DATA_EMPTY`; with `onProblem: stop` also
   * `SAMPLE_ANSWER_MISSING` and `IMAGE_MISSING`, each naming file, record and sample
   */
  async open(signal?: AbortSignal): Promise<Dataset> {
    signal?.throwIfAborted();
    const { options, baseDirectory, find } = this;
    return openRecords(await find(resolve(baseDirectory, options.path), options, signal), options, signal);
  }
}
