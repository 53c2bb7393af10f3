import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type EncoderKind = "bert" | "roberta" | "distilbert";
export const encoderKinds: readonly EncoderKind[] = ["bert", "roberta", "distilbert"];

/** Precision, recall and F1 by column; null where the package gives NaN. */
type Columns = readonly [readonly (number | null)[], readonly (number | null)[], readonly (number | null)[]];

/** What `reference/make_reference.py` recorded of the package bert_score. */
export interface Reference {
  readonly layers: number;
  /** Candidate and reference. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Candidate and references. */
  readonly multiple: readonly (readonly [string, readonly string[]])[];
  readonly encoders: Readonly<
    Record<
      EncoderKind,
      {
        /** Of the pairs' candidates. */
        readonly tokenIds: readonly (readonly number[])[];
        /** Encoder outputs of the first three candidates, row-major. */
        readonly hidden: readonly (readonly number[])[];
        readonly plain: Columns;
        readonly idf: Columns;
        readonly rescaled: Columns;
        readonly several: Columns;
        readonly severalIdf: Columns;
      }
    >
  >;
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export const reference = JSON.parse(readFileSync(fixture("expected.json"), "utf8")) as Reference;

export const running: AbortSignal = new AbortController().signal;
