import { z } from "zod";
import { onProblemOption } from "../on-problem.js";

/** Options of the data source `vqa-rad`. */
export const vqaRadOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("Folder of the release, with VQA_RAD Dataset Public.json and VQA_RAD Image Folder in it."),
  split: z
    .enum(["train", "test", "all"])
    .describe("By phrase_type: test has those that begin with test_, train the others."),
  answerType: z
    .enum(["open", "closed", "all"])
    .default("all")
    .describe("Keep questions of this answer type."),
  onProblem: onProblemOption,
});

export type VqaRadOptions = z.output<typeof vqaRadOptions>;
