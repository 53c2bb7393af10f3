/** How far a completion follows `<think>…</think><answer>…</answer>`. */
export type FormatLevel = "full" | "partial" | "none";

/** A completion taken apart at its tags. */
export interface ParsedCompletion {
  /** `full`: exactly one think block, then exactly one answer block, only white space outside, none nested. */
  readonly format: FormatLevel;
  /** Trimmed text of the think block; null unless there is exactly one well-formed block. */
  readonly think: string | null;
  /** Trimmed text of the answer block; null unless there is exactly one well-formed block. */
  readonly answer: string | null;
}
