import { z } from "zod";
import { onProblemOption } from "../on-problem.js";
import { selectionShape } from "../selection/options.js";

/** Options of the data source `jsonl`. */
export const jsonlOptions = z.strictObject({
  path: z.string().min(1).describe("The JSONL file; relative to the folder of the configuration."),
  ...selectionShape,
  onProblem: onProblemOption,
});

export type JsonlOptions = z.output<typeof jsonlOptions>;
