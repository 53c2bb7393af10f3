import type { RunHooks } from "../hooks/run-hooks.js";

/** Taps hooks and writes somewhere: console, JSONL, TensorBoard, … */
export interface Tracker {
  readonly name: string;
  track(hooks: RunHooks): void;
}
