import { createRunHooks, type HookName } from "./run-hooks.js";

/** Names of the run's hooks, in the order in which they first fire. */
export const hookNames: readonly HookName[] = Object.freeze(Object.keys(createRunHooks()) as HookName[]);
