import type { RarlError, Sample } from "@rarl-sdk/core";

/** Where a record stands. */
export interface RecordPlace {
  readonly file: string;
  /** 1-based line of a text file, position in an array or table. */
  readonly record: number;
}

/** One record as it is stored, or why it cannot be read. */
export interface RawRecord extends RecordPlace {
  readonly value: unknown;
  readonly problem?: RarlError;
}

/** Records that can be read from the start any number of times, one at a time, and what they mean. */
export interface RecordSet {
  /** The data set's name. */
  readonly name: string;
  /** File or folder that messages name when nothing is left. */
  readonly path: string;
  /** What beside the selection decides which records are read, such as a split; part of the fingerprint. */
  readonly identity: unknown;
  /** Why there may be no records at all; by default that there are none in the file. */
  readonly emptyReason?: string;
  /** @throws RarlError `DATA_MISSING`, `DATA_INVALID` */
  read(signal?: AbortSignal): AsyncIterable<RawRecord>;
  /** The sample of a record, what is wrong with it, or null when it belongs to another split or language. */
  toSample(value: unknown, place: RecordPlace): Sample | RarlError | null;
}
