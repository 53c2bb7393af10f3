import type { Sample } from "./sample.js";

export interface JudgeItem {
  readonly sample: Sample;
  readonly prediction: string;
}

/** How a verdict came about, as far as the judge can say. */
export interface VerdictOrigin {
  /** The model as its provider names it, with its version; null for a judge without one. */
  readonly model?: string | null;
  readonly inputTokens?: number | null;
  readonly outputTokens?: number | null;
  /** US dollars, failed attempts included; null where the price is not known. */
  readonly cost?: number | null;
  /** Answered from a cache: nothing was asked. */
  readonly isCached?: boolean;
}

/** A judge's word on one prediction. Anything but `valid` carries no score and is never counted as 0. */
export type Verdict = VerdictOrigin &
  (
    | {
        readonly state: "valid";
        /** 0 or 1; null where the sample has no annotated reasoning. */
        readonly reasoningScore: number | null;
        readonly predictionScore: number;
        readonly justification: string;
      }
    /** `refused` and `unparseable`: it was asked and gave no score; `error`: it could not be asked. */
    | { readonly state: "refused" | "unparseable" | "error"; readonly detail: string }
  );

/** Called with each verdict as soon as it is there, so that it can be written down; `index` is that of the item. */
export type VerdictListener = (index: number, verdict: Verdict) => void | Promise<void>;

/** Grades predictions against the annotation. Also of use in training, to a reward that asks one. */
export interface Judge {
  readonly name: string;
  /** Names everything that has a say in verdicts (model, prompt, …): verdicts of another one are not taken over. */
  readonly fingerprint?: string;
  /**
   * One verdict an item, in order. A judge that takes long calls `onVerdict` for every item as it goes and waits for
   * it, so that what is known survives when it is stopped.
   */
  grade(
    items: readonly JudgeItem[],
    signal: AbortSignal,
    onVerdict?: VerdictListener,
  ): Promise<readonly Verdict[]>;
}
