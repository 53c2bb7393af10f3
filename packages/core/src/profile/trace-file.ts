import { open, type FileHandle } from "node:fs/promises";

/** A finished span, times in milliseconds of one clock. */
export interface TraceEvent {
  readonly name: string;
  /** Row of the picture: work on the engine, or what runs beside it. */
  readonly track: "run" | "beside";
  readonly start: number;
  readonly milliseconds: number;
  readonly step: number | null;
  /** Peak memory of the process while nothing inside it was open; null where it was not looked at. */
  readonly peakBytes: number | null;
}

const tracks: Readonly<Record<TraceEvent["track"], number>> = { run: 1, beside: 2 };

/**
 * A file in Chrome's trace event format (an array of complete events, microseconds), which chrome://tracing and
 * ui.perfetto.dev draw. The format lets the closing bracket be missing, so the file of a killed run can be read too.
 */
export class TraceFile {
  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<TraceFile> {
    const file = await open(path, "w");
    const names = Object.entries(tracks).map(([name, tid]) =>
      JSON.stringify({ name: "thread_name", ph: "M", pid: 1, tid, args: { name } }),
    );
    await file.appendFile(`[\n${names.join(",\n")}`);
    return new TraceFile(file);
  }

  async write(events: readonly TraceEvent[]): Promise<void> {
    const lines = events.flatMap((event) => {
      const { name, track, start, milliseconds, step, peakBytes } = event;
      const place = { pid: 1, tid: tracks[track] };
      const span = { name, ph: "X", ...place, ts: start * 1000, dur: milliseconds * 1000, args: { step } };
      if (peakBytes === null) return [span];
      const counter = { name: "memory", ph: "C", ...place, ts: (start + milliseconds) * 1000 };
      return [span, { ...counter, args: { "peak bytes": peakBytes } }];
    });
    await this.file.appendFile(lines.map((line) => `,\n${JSON.stringify(line)}`).join(""));
  }

  async close(): Promise<void> {
    await this.file.appendFile("\n]\n");
    await this.file.close();
  }
}
