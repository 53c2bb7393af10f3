import { unheldTimer, type Schedule } from "../hooks/slow-taps.js";

/** Milliseconds in which work that was told to stop may do so by itself. */
const patience = 5000;

/**
 * What `work` comes to. Work that has not settled some seconds after `signal` aborted is waited for no longer: the
 * promise is rejected with the signal's reason. Listening to the signal also keeps the waiting caller from being
 * collected as garbage together with a promise that nobody can settle.
 */
export function orAbandoned<Result>(
  work: PromiseLike<Result> | Result,
  signal: AbortSignal,
  schedule: Schedule = unheldTimer,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let stopTimer: (() => void) | null = null;
    const onAbort = () => {
      stopTimer = schedule(() => {
        reject(signal.reason as Error);
      }, patience);
    };
    const settled = () => {
      signal.removeEventListener("abort", onAbort);
      stopTimer?.();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    Promise.resolve(work).finally(settled).then(resolve, reject);
  });
}
