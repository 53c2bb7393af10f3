/** A stretch of a run's time that is being measured. */
export interface Span {
  /** Ends it, and with it what was begun inside it and not ended. */
  end(): void;
}

/** Receives the spans that algorithms and backbones mark with `span` and `startSpan`. */
export interface SpanRecorder {
  /**
   * Begins a span inside the one that is open. Engines that run behind JavaScript are waited for at both ends, so
   * that work counts where it was asked for.
   */
  start(name: string): Span;
  /** Begins a span beside the others, such as rewards that are computed while the engine works. */
  startBeside(name: string): Span;
}
