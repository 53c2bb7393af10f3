import { performance } from "node:perf_hooks";
import type { Span, SpanRecorder } from "../contracts/span.js";
import { drainEngine } from "./drain-engine.js";
import { peakMemory } from "./peak-memory.js";
import type { TraceEvent } from "./trace-file.js";

/** Time and memory of all spans of a name. */
export interface PhaseUse {
  /** Without the time of spans inside. */
  readonly seconds: number;
  readonly peakBytes: number;
}

interface OpenSpan {
  readonly name: string;
  readonly start: number;
  /** Milliseconds of spans inside. */
  inner: number;
  peakBytes: number;
}

/**
 * Times spans by what they hold themselves, and remembers the memory peaks in them. At every border the engine is
 * waited for: reading a value returns only when everything enqueued before it is done.
 */
export class SpanClock implements SpanRecorder {
  private readonly memory = peakMemory();
  private readonly open: OpenSpan[] = [];
  private readonly phases = new Map<string, { milliseconds: number; peakBytes: number }>();
  private readonly events: TraceEvent[] = [];
  /** Number of the step that spans belong to; null between steps. */
  step: number | null = null;

  start(name: string): Span {
    this.border();
    const span: OpenSpan = { name, start: performance.now(), inner: 0, peakBytes: 0 };
    this.open.push(span);
    return {
      end: () => {
        if (!this.open.includes(span)) return;
        this.border();
        while (this.open.includes(span)) this.endInnermost();
      },
    };
  }

  startBeside(name: string): Span {
    const start = performance.now();
    return {
      end: () => {
        const milliseconds = performance.now() - start;
        this.events.push({ name, track: "beside", start, milliseconds, step: this.step, peakBytes: null });
      },
    };
  }

  /** What phases used since the last question. */
  takePhases(): ReadonlyMap<string, PhaseUse> {
    const phases = new Map(
      [...this.phases].map(([name, { milliseconds, peakBytes }]) => [
        name,
        { seconds: milliseconds / 1000, peakBytes },
      ]),
    );
    this.phases.clear();
    return phases;
  }

  takeEvents(): readonly TraceEvent[] {
    return this.events.splice(0);
  }

  /** Most memory since the last border, which belongs to whatever is open. */
  private border(): void {
    drainEngine();
    const peak = this.memory.take();
    const innermost = this.open.at(-1);
    if (innermost !== undefined) innermost.peakBytes = Math.max(innermost.peakBytes, peak);
  }

  private endInnermost(): void {
    const { name, start, inner, peakBytes } = this.open.pop()!;
    const milliseconds = performance.now() - start;
    const parent = this.open.at(-1);
    if (parent !== undefined) parent.inner += milliseconds;
    const before = this.phases.get(name) ?? { milliseconds: 0, peakBytes: 0 };
    this.phases.set(name, {
      milliseconds: before.milliseconds + milliseconds - inner,
      peakBytes: Math.max(before.peakBytes, peakBytes),
    });
    this.events.push({ name, track: "run", start, milliseconds, step: this.step, peakBytes });
  }
}
