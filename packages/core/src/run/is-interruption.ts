import type { RunSignals } from "./run-request.js";

/** Whether `error` is how a signal stopped the work, rather than something that went wrong. */
export function isInterruption(error: unknown, { step, now }: RunSignals): boolean {
  if (now.aborted) return true;
  if (!step.aborted) return false;
  // Whoever passes an error on may wrap it.
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined) {
    if (cause === step.reason || (cause instanceof Error && cause.name === "AbortError")) return true;
  }
  return false;
}
