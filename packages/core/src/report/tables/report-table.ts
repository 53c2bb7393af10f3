/** A table in any of the forms a report takes. */
export interface ReportTable {
  readonly title: string;
  /** What a reader must know to read it; a sentence or two. */
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly cells: readonly string[];
  /** A published figure that stands beside the measured ones. */
  readonly isPublished?: boolean;
}
