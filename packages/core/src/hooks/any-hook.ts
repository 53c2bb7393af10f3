import { AsyncSeriesWaterfallHook } from "tapable";
import type { HookName, RunHooks } from "./run-hooks.js";

/** A tap as tapable keeps it, with the owner that the views of the hooks add. */
export interface AnyTap {
  readonly type: "sync" | "async" | "promise";
  readonly name: string;
  readonly fn: (...values: unknown[]) => unknown;
  readonly before?: string | readonly string[];
  /** Plugin that put it there; absent for taps of the run itself. */
  readonly plugin?: string;
}

/** What all hooks have in common, without the types of their values. */
export interface AnyHook {
  readonly taps: readonly AnyTap[];
  intercept(interceptor: {
    readonly register?: (tap: AnyTap) => AnyTap;
    readonly call?: (...values: unknown[]) => void;
    readonly tap?: (tap: AnyTap) => void;
    readonly error?: (error: unknown) => void;
  }): void;
}

/** The hooks of a run as name and hook. */
export function hookEntries(hooks: RunHooks): readonly (readonly [HookName, AnyHook])[] {
  return Object.entries(hooks) as unknown as readonly (readonly [HookName, AnyHook])[];
}

export function isWaterfall(hook: AnyHook): boolean {
  return hook.constructor === AsyncSeriesWaterfallHook;
}

/** The plugin that owns a tap, as messages name it. */
export function ownerOf(tap: AnyTap): string {
  return tap.plugin ?? "rarl-sdk";
}
