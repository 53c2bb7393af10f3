import type { Span, SpanRecorder } from "../contracts/span.js";

/** One a process, as there is one current engine. */
let recorder: SpanRecorder | null = null;

const unrecorded: Span = { end: () => undefined };

/** Sends spans to `next` from now on, or with null nowhere. */
export function recordSpans(next: SpanRecorder | null): void {
  recorder = next;
}

/** Begins a span where its end cannot be a function's, such as between a forward and its backward pass. */
export function startSpan(name: string): Span {
  return recorder?.start(name) ?? unrecorded;
}

/**
 * Runs `work` as a span of that name and gives what it gives. Costs a function call unless a run is profiled
 * (`rarl-sdk run --profile`). Spans nest; time inside a nested span counts for that one alone.
 *
 *     const logProbs = span("reference", () => backbone.logProbs(groups));
 */
export function span<Result>(name: string, work: () => Result): Result {
  return recorder === null ? work() : within(recorder.start(name), work);
}

/** The same for work that goes on beside other work, and counts in no phase. */
export function besideSpan<Result>(name: string, work: () => Result): Result {
  return recorder === null ? work() : within(recorder.startBeside(name), work);
}

function within<Result>(open: Span, work: () => Result): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    open.end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    open.end();
    return result;
  }
  return result.finally(() => {
    open.end();
  }) as Result;
}
