import type { Clock } from "./clock.js";

/** Holds all of a judge's calls back while its provider asks to wait. */
export class Pace {
  private holdUntil = 0;

  constructor(private readonly clock: Clock) {}

  /** No call goes out for so many milliseconds from now. */
  hold(milliseconds: number): void {
    this.holdUntil = Math.max(this.holdUntil, this.clock.now() + milliseconds);
  }

  /** Resolves when calls may go out. */
  async ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let wait = this.left(); wait > 0; wait = this.left()) await this.clock.sleep(wait, signal);
  }

  private left(): number {
    return this.holdUntil - this.clock.now();
  }
}
