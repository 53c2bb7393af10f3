import { hookEntries, ownerOf } from "./any-hook.js";
import type { RunHooks } from "./run-hooks.js";

/** Writes a line whenever a hook fires and one, indented, for each of its taps, as `--trace-hooks` prints them. */
export function traceHooks(hooks: RunHooks, write: (line: string) => void): void {
  for (const [name, hook] of hookEntries(hooks)) {
    hook.intercept({
      call: () => {
        write(hook.taps.length === 0 ? `${name} (no taps)` : name);
      },
      tap: (tap) => {
        write(`  ${name} › ${tap.name} (${ownerOf(tap)})`);
      },
      error: (error) => {
        write(`  ${name} ✗ ${error instanceof Error ? error.message : String(error)}`);
      },
    });
  }
}
