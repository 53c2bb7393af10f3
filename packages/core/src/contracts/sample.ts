/** How the answer of a question is judged: free text, yes/no or a short closed set, or one of `choices`. */
export type QuestionKind = "open" | "closed" | "choice";

/** Which values of a DICOM image become the greys between black and white, in units of its rescaled values. */
export interface GreyWindow {
  readonly center: number;
  readonly width: number;
}

/**
 * An image on disk, its encoded bytes (JPEG, PNG, DICOM, …), or a place inside another file that gives them when they
 * are wanted; the latter two with a label used in messages.
 */
export type ImageSource = (
  | { readonly path: string }
  | { readonly bytes: Uint8Array; readonly label: string }
  | {
      readonly label: string;
      /** @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `IMAGE_MISSING`, `IMAGE_UNREADABLE` */
      read(): Promise<Uint8Array>;
    }
) & {
  /** Of DICOM images; by default the file's own window, without one the range of its values. */
  readonly window?: GreyWindow;
};

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
