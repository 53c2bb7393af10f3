import { entry } from "./entry.js";

/** Errors of hooks and their taps. */
export const hookErrors = {
  HOOK_UNKNOWN: entry<{ plugin: string; hook: string; suggestion: string | null; known: readonly string[] }>({
    kind: "plugin",
    message: ({ plugin, hook, suggestion, known }) =>
      `plugin ${plugin} taps the unknown hook "${hook}"` +
      `${suggestion === null ? "" : `; did it mean "${suggestion}"?`} (known: ${known.join(", ")})`,
    remedy: "Use one of the listed hooks; `--trace-hooks` prints when each fires.",
    explanation: "The hooks of a run are one fixed list, so that a misspelt tap cannot be lost silently.",
  }),
  HOOK_TAP_FAILED: entry<{ plugin: string; tap: string; hook: string; reason: string }>({
    kind: "plugin",
    message: ({ plugin, tap, hook, reason }) =>
      `tap "${tap}" of plugin ${plugin} on hook ${hook} failed: ${reason}`,
    remedy: "Look at the cause below and mend the plugin, or leave it out of `plugins:`.",
    explanation:
      "A function that a plugin put on a hook threw an error that is not in the SDK's own catalogue.",
  }),
  HOOK_TAP_DUPLICATE: entry<{ plugin: string; tap: string; hook: string; other: string }>({
    kind: "plugin",
    message: ({ plugin, tap, hook, other }) =>
      `plugin ${plugin} puts a tap "${tap}" on hook ${hook}, where plugin ${other} already has one of that name`,
    remedy: "Give the tap a name of its own.",
    explanation: "Taps are ordered and traced by name, so a name may stand once on a hook.",
  }),
  HOOK_BEFORE_UNKNOWN: entry<{
    plugin: string;
    tap: string;
    hook: string;
    before: string;
    suggestion: string | null;
    known: readonly string[];
  }>({
    kind: "plugin",
    message: ({ plugin, tap, hook, before, suggestion, known }) =>
      `tap "${tap}" of plugin ${plugin} wants to stand before "${before}" on hook ${hook}, and there is no such tap` +
      `${suggestion === null ? "" : `; did it mean "${suggestion}"?`} (there: ${known.join(", ")})`,
    remedy: "Name a tap that is on the hook, or use a negative `stage` to stand before all.",
    explanation:
      "An order that cannot be kept would be dropped silently, so it is refused once all parts are in place.",
  }),
  HOOK_WATERFALL_EMPTY: entry<{ plugin: string; tap: string; hook: string }>({
    kind: "plugin",
    message: ({ plugin, tap, hook }) =>
      `tap "${tap}" of plugin ${plugin} returned nothing on hook ${hook}, which passes a value on from tap to tap`,
    remedy: "Return the value that came in, changed or not.",
    explanation:
      "On a waterfall hook each tap receives what the one before returned. A forgotten return would undo nothing visibly.",
  }),
  HOOK_TAP_NOT_AWAITED: entry<{ plugin: string; tap: string; hook: string }>({
    kind: "plugin",
    message: ({ plugin, tap, hook }) =>
      `tap "${tap}" of plugin ${plugin} on hook ${hook} returned a promise from hook.tap(), where nobody awaits it`,
    remedy: "Use hook.tapPromise() for an asynchronous function.",
    explanation:
      "A promise from a synchronous tap would run on unattended, and its error would end the process.",
  }),
} as const;
