import type { Clock } from "../../src/index.js";

/** Time that passes only when somebody sleeps; deadlines pass when told to. */
export class FakeClock implements Clock {
  time = 1_000_000;
  /** Milliseconds slept, in order. */
  readonly sleeps: number[] = [];
  private readonly deadlines = new Set<AbortController>();

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }

  deadline(milliseconds: number): { readonly signal: AbortSignal; cancel(): void } {
    const controller = new AbortController();
    Object.assign(controller, { milliseconds });
    this.deadlines.add(controller);
    return { signal: controller.signal, cancel: () => this.deadlines.delete(controller) };
  }

  /** The time of every open call is up. */
  passDeadlines(): void {
    for (const controller of this.deadlines) {
      controller.abort(new DOMException("no answer within 60000 ms", "TimeoutError"));
    }
  }
}
