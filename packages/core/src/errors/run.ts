import { entry } from "./entry.js";

/** Errors of engines, the run directory and the run itself. */
export const runErrors = {
  INTERNAL: entry<{ message: string }>({
    kind: "internal",
    message: ({ message }) => message,
    remedy: "This is a defect; please report it with the run's run.json and events.jsonl.",
    explanation: "Something happened that the SDK believes impossible.",
  }),
} as const;
