import type { Sample } from "./sample.js";

/** A record that was set aside, and why. */
export interface DataProblem {
  readonly file: string;
  /** 1-based line or record number. */
  readonly record: number;
  readonly message: string;
}

/** An opened data set. */
export interface Dataset extends AsyncIterable<Sample> {
  readonly name: string;
  readonly length: number;
  /** Hash of what was read, images' bytes excluded; a resumed run compares it. */
  readonly fingerprint: string;
  readonly problems: readonly DataProblem[];
  /** Good records that the data source's selection (a filter, a split, a subset) leaves out. */
  readonly leftOut?: number;
}

/** Opens data sets of one format. */
export interface DataSource {
  /**
   * @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `DATA_EMPTY`
   */
  open(signal?: AbortSignal): Promise<Dataset>;
}
