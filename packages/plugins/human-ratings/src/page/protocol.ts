/** What the page and its keeper, a local server or the exported file, say to each other. Types only. */

/** 1: similar to the reference, 0: not; as the paper's judges score. */
export type Score = 0 | 1;

export interface RatedImage {
  /** Under which the keeper has it; says nothing of the file's name. */
  readonly name: string;
  /** Null for an image of 8 bits, which comes as it is. */
  readonly deep: DeepImage | null;
}

/** A grey image of 16 bits: a PNG with the high byte of a value in the red channel and the low byte in the green one. */
export interface DeepImage {
  /** A value stands for `slope * value + intercept`, such as Hounsfield units. */
  readonly slope: number;
  readonly intercept: number;
  /** To begin with, in those units. */
  readonly window: { readonly center: number; readonly width: number };
  /** Whether the lowest value is white. */
  readonly isInverted: boolean;
}

/** What a rater sees of one prediction. Nothing in it tells which system made it. */
export interface RatedItem {
  readonly id: string;
  readonly images: readonly RatedImage[];
  readonly question: string;
  readonly choices: readonly string[];
  /** The reasoning is null where nobody annotated one; then it is not scored. */
  readonly reference: { readonly answer: string; readonly reasoning: string | null };
  /** Think and answer are null where the completion lacks the block. */
  readonly prediction: {
    readonly think: string | null;
    readonly answer: string | null;
    readonly completion: string;
  };
}

/** What a rater decided on one item. */
export interface Decision {
  readonly item: string;
  /** `skipped`: seen, and impossible to score, which is not a score of 0. */
  readonly state: "rated" | "skipped";
  /** Null when skipped, and where the sample has no annotated reasoning. */
  readonly reasoningScore: Score | null;
  /** Null when skipped. */
  readonly predictionScore: Score | null;
  readonly note: string;
  /** How long the item was on a visible screen. */
  readonly seconds: number;
}

export interface Rating extends Decision {
  /** ISO 8601, UTC. */
  readonly ratedAt: string;
}

export interface SessionInfo {
  /** The same for the same predictions in the same order. */
  readonly session: string;
  readonly items: number;
  /** Who has rated already. */
  readonly raters: readonly RaterProgress[];
  /** The one rater that this page is for, when that was said beforehand. */
  readonly rater: string | null;
}

export interface RaterProgress {
  readonly rater: string;
  readonly rated: number;
}

/** Where a rater stands. */
export interface RaterState {
  readonly rater: string;
  /** Ids of all items in this rater's order. */
  readonly order: readonly string[];
  /** One an item at most, the latest last. */
  readonly ratings: readonly Rating[];
}

/** The file that a rater without a server hands in. */
export interface RatingsFile {
  readonly format: "rarl-ratings";
  readonly version: 1;
  readonly session: string;
  /** By which the order was drawn and the samples chosen. */
  readonly seed: number;
  readonly limit: number | null;
  readonly rater: string;
  readonly ratings: readonly Rating[];
}

/** What the exported file holds beside the images. */
export interface ExportedSession {
  readonly session: string;
  readonly seed: number;
  readonly limit: number | null;
  readonly rater: string | null;
  readonly order: readonly string[];
  readonly items: readonly RatedItem[];
  /** Media type of each image by its name. */
  readonly images: Readonly<Record<string, string>>;
}
