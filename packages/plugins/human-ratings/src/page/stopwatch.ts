/** Seconds for which the page has been visible since the start. */
export class Stopwatch {
  private elapsed = 0;
  private since: number | null = null;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      this.pause();
      this.run();
    });
  }

  restart(): void {
    this.elapsed = 0;
    this.since = null;
    this.run();
  }

  get seconds(): number {
    const running = this.since === null ? 0 : performance.now() - this.since;
    return Math.round((this.elapsed + running) / 100) / 10;
  }

  private run(): void {
    if (document.visibilityState === "visible") this.since = performance.now();
  }

  private pause(): void {
    if (this.since !== null) this.elapsed += performance.now() - this.since;
    this.since = null;
  }
}
