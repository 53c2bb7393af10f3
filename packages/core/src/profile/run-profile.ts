import { join } from "node:path";
import type { Span } from "../contracts/span.js";
import type { RunHooks } from "../hooks/run-hooks.js";
import { recordSpans } from "./span.js";
import { SpanClock } from "./span-clock.js";
import { TraceFile } from "./trace-file.js";

/** What one phase took, over all profiled steps. */
export interface ProfileRow {
  readonly phase: string;
  /** Mean over the steps. */
  readonly secondsPerStep: number;
  /** Of the steps' time, in [0, 1]. */
  readonly share: number;
  /** Most memory of the process in this phase; null for what no span covers. */
  readonly peakBytes: number | null;
}

/** What no span covers: work in JavaScript. */
const host = "host";

/**
 * Where the steps of a run spend time and memory: spans by name, `optimizer` around the update hook, and `host` for the
 * rest. Steps get metrics `profile/<phase>/seconds` and `profile/<phase>/peak_bytes`, and the run folder a trace for
 * chrome://tracing or ui.perfetto.dev. Waiting for the engine at every border makes a profiled step a little slower.
 */
export class RunProfile {
  private readonly clock = new SpanClock();
  private readonly totals = new Map<string, { seconds: number; peakBytes: number | null }>();
  private trace: TraceFile | null = null;
  private seconds = 0;
  private steps = 0;

  /** Begins to record. `hooks` are the kernel's own, so that what fails is seen as well. */
  watch(hooks: RunHooks): void {
    recordSpans(this.clock);
    let update: Span | undefined;
    const updated = () => update?.end();
    hooks.update.intercept({
      call: () => (update = this.clock.start("optimizer")),
      done: updated,
      error: updated,
    });
    hooks.started.tapPromise("profile", async ({ directory, firstStep }) => {
      const name = firstStep === 1 ? "trace.json" : `trace-from-step-${firstStep}.json`;
      this.trace = await TraceFile.create(join(directory, name));
    });
    hooks.step.tapPromise("profile", async () => {
      await this.trace?.write(this.clock.takeEvents());
    });
  }

  beginStep(step: number): void {
    // What happened between steps, such as an evaluation, is in the trace alone.
    this.clock.takePhases();
    this.clock.step = step;
  }

  /** @returns metrics of a step that took so many seconds */
  endStep(seconds: number): Readonly<Record<string, number>> {
    this.clock.step = null;
    const metrics: Record<string, number> = {};
    let rest = seconds;
    for (const [phase, use] of this.clock.takePhases()) {
      metrics[`profile/${phase}/seconds`] = use.seconds;
      metrics[`profile/${phase}/peak_bytes`] = use.peakBytes;
      this.add(phase, use.seconds, use.peakBytes);
      rest -= use.seconds;
    }
    metrics[`profile/${host}/seconds`] = rest;
    this.add(host, rest, null);
    this.seconds += seconds;
    this.steps++;
    return metrics;
  }

  /** Phases in the order in which they first came, the rest last; empty before the first step. */
  rows(): readonly ProfileRow[] {
    const { steps, seconds: all } = this;
    const rows = [...this.totals].map(([phase, { seconds, peakBytes }]) => ({
      phase,
      secondsPerStep: seconds / steps,
      share: seconds / all,
      peakBytes,
    }));
    return [...rows.filter(({ phase }) => phase !== host), ...rows.filter(({ phase }) => phase === host)];
  }

  /** Ends recording and completes the trace; whoever called `watch` calls it however the run ended. */
  async stop(): Promise<void> {
    recordSpans(null);
    const { trace } = this;
    this.trace = null;
    await trace?.write(this.clock.takeEvents());
    await trace?.close();
  }

  private add(phase: string, seconds: number, peakBytes: number | null): void {
    const before = this.totals.get(phase) ?? { seconds: 0, peakBytes: null };
    this.totals.set(phase, {
      seconds: before.seconds + seconds,
      peakBytes: peakBytes === null ? before.peakBytes : Math.max(before.peakBytes ?? 0, peakBytes),
    });
  }
}
