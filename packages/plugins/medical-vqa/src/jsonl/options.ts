import { z } from "zod";
import { onProblemOption } from "../on-problem.js";

const kind = z.enum(["open", "closed", "choice"]);

/** Options of the data source `jsonl`. */
export const jsonlOptions = z.strictObject({
  path: z.string().min(1).describe("The JSONL file; relative to the folder of the configuration."),
  filter: z
    .strictObject({
      kind: z
        .union([kind, z.array(kind).min(1)])
        .optional()
        .describe("Keep questions of this kind or these kinds."),
      meta: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .optional()
        .describe("Keep records whose meta has all of these values."),
    })
    .optional()
    .describe("Keep only some of the records."),
  onProblem: onProblemOption,
});

export type JsonlOptions = z.output<typeof jsonlOptions>;
