import { entry } from "./entry.js";

/** Errors of plugins, hooks and components. */
export const pluginErrors = {
  HOOK_UNKNOWN: entry<{ plugin: string; hook: string; known: readonly string[] }>({
    kind: "plugin",
    message: ({ plugin, hook, known }) => `plugin ${plugin} taps the unknown hook "${hook}"; known are ${known.join(", ")}`,
    remedy: "Use one of the listed hooks; docs/reference/hooks.md tells when each fires.",
    explanation: "The hooks of a run are one fixed list, so that a misspelt tap cannot be lost silently.",
  }),
} as const;
