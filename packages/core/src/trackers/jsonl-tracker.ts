import { join } from "node:path";
import type { Tracker } from "../contracts/tracker.js";
import { JsonlWriter } from "../files/jsonl-writer.js";
import type { RunHooks } from "../hooks/run-hooks.js";

/** Writes `metrics.jsonl` (one line a step) and `completions.jsonl` (one line a completion) into the run's folder. */
export class JsonlTracker implements Tracker {
  readonly name = "jsonl";
  private metrics: JsonlWriter | null = null;
  private completions: JsonlWriter | null = null;

  track(hooks: RunHooks): void {
    hooks.started.tapPromise(this.name, async ({ directory }) => {
      this.metrics = await JsonlWriter.open(join(directory, "metrics.jsonl"));
      this.completions = await JsonlWriter.open(join(directory, "completions.jsonl"));
    });
    hooks.step.tapPromise(this.name, async ({ step, seconds, report }) => {
      await this.completions?.append(...report.completions.map((record) => ({ step, ...record })));
      await this.metrics?.append({ step, seconds, ...report.metrics });
    });
    // Lines up to a checkpoint's step are as durable as the checkpoint.
    hooks.checkpoint.tapPromise(this.name, async () => {
      await this.metrics?.sync();
      await this.completions?.sync();
    });
    hooks.finished.tapPromise(this.name, () => this.close());
    hooks.failed.tapPromise(this.name, () => this.close());
  }

  private async close(): Promise<void> {
    const open = [this.metrics, this.completions];
    this.metrics = this.completions = null;
    for (const writer of open) await writer?.close();
  }
}
