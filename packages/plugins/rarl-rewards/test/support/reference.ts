import { readFileSync } from "node:fs";
import type { BleuOptions } from "../../src/index.js";

/** What `reference/make_reference.py` recorded of rouge-score, sacrebleu and TRL. */
export interface Reference {
  /** Candidate and reference. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly chinese: readonly (readonly [string, string])[];
  /** Precision, recall and F1 of each pair. */
  readonly rougeL: readonly (readonly [number, number, number])[];
  readonly bleu: readonly {
    readonly settings: {
      readonly lowercase?: boolean;
      readonly max_ngram_order?: number;
      readonly smooth_method?: BleuOptions["smoothing"];
    };
    readonly scores: readonly number[];
  }[];
  readonly bleuChinese: readonly number[];
  /** Token ids of completions. */
  readonly sequences: readonly (readonly number[])[];
  readonly repetition: readonly {
    readonly ngramSize: number;
    readonly maxPenalty: number;
    readonly scores: readonly number[];
  }[];
  readonly lengths: readonly number[];
  readonly softOverlong: readonly {
    readonly maxTokens: number;
    readonly bufferTokens: number;
    readonly scores: readonly number[];
  }[];
}

export const reference = JSON.parse(
  readFileSync(new URL("../fixtures/reference.json", import.meta.url), "utf8"),
) as Reference;
