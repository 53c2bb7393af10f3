/** How the answer of a question is judged: free text, yes/no or a short closed set, or one of `choices`. */
export type QuestionKind = "open" | "closed" | "choice";

/** An image on disk, or its encoded bytes (JPEG, PNG, …) with a label used in messages. */
export type ImageSource = { readonly path: string } | { readonly bytes: Uint8Array; readonly label: string };

/** One annotated question about zero or more images. */
export interface Sample {
  /** Unique within its data set. */
  readonly id: string;
  readonly images: readonly ImageSource[];
  readonly question: string;
  /** The short reference answer; never empty. */
  readonly answer: string;
  /** The annotated explanation; without it the reasoning reward does not apply. */
  readonly reasoning?: string;
  readonly kind: QuestionKind;
  /** The options, in order, when `kind` is `choice`. */
  readonly choices?: readonly string[];
  /** Free-form facts used for filters and report rows, such as `modality` or `questionType`. */
  readonly meta: Readonly<Record<string, string | number | boolean>>;
  /** Where the record came from, for error messages. */
  readonly origin: { readonly file: string; readonly record: number };
}
