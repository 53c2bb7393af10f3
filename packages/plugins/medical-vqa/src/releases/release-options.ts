import { z } from "zod";
import { onProblemOption } from "../on-problem.js";
import { selectionShape } from "../selection/options.js";

/** What the options of every release have in common. */
export const releaseShape = {
  path: z.string().min(1).describe("Folder of the release; relative to the folder of the configuration."),
  ...selectionShape,
  onProblem: onProblemOption,
};
