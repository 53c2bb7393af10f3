import type { Decision, RatedImage, RatedItem, Rating, RaterState, SessionInfo } from "./protocol.js";

/** Where the page gets items from and keeps ratings: a local server, or the file itself and the browser's storage. */
export interface RatingStore {
  info(): Promise<SessionInfo>;
  /** Begins as `rater`, or goes on where that rater stopped. Names that differ in case alone are one. */
  open(rater: string): Promise<RaterState>;
  item(id: string): Promise<RatedItem>;
  image(image: RatedImage): Promise<Blob>;
  /** Resolves when the rating is kept. */
  save(rater: string, decision: Decision): Promise<Rating>;
  /** Takes the rating of `item` back. */
  withdraw(rater: string, item: string): Promise<void>;
  /** What is the rater's to hand in; null where the ratings are on disk already. */
  readonly handIn: HandIn | null;
}

export interface HandIn {
  /** Whether the browser keeps the ratings when the page is closed. */
  readonly isKept: boolean;
  /** Ratings given since the last download. */
  unsaved(rater: string): number;
  download(rater: string): void;
  /** Takes over the ratings of a file that was saved before, on this computer or another. */
  load(text: string): string;
}
