/** Time as the judges see it, so that tests need not wait. All in milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after `milliseconds`; rejects by the signal's reason when it aborts before. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** A signal that aborts after `milliseconds` unless it is cancelled. */
  deadline(milliseconds: number): { readonly signal: AbortSignal; cancel(): void };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", onAbort, { once: true });
    }),
  deadline: (milliseconds) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(new DOMException(`no answer within ${milliseconds} ms`, "TimeoutError"));
    }, milliseconds);
    return {
      signal: controller.signal,
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
