import type { Sample } from "./sample.js";

export interface JudgeItem {
  readonly sample: Sample;
  readonly prediction: string;
}

/** A judge's word on one prediction. Anything but `valid` carries no score and is never counted as 0. */
export type Verdict =
  | {
      readonly state: "valid";
      /** 0 or 1; null where the sample has no annotated reasoning. */
      readonly reasoningScore: number | null;
      readonly predictionScore: number;
      readonly justification: string;
    }
  | { readonly state: "refused" | "unparseable" | "error"; readonly detail: string };

export interface Judge {
  readonly name: string;
  /** One verdict an item, in order. */
  grade(items: readonly JudgeItem[], signal: AbortSignal): Promise<readonly Verdict[]>;
}
