import { z } from "zod";
import { releaseShape } from "../release-options.js";

/** Options of the data source `vqa-rad`. */
export const vqaRadOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe(
    "Folder of the release, with VQA_RAD Dataset Public.json and VQA_RAD Image Folder in it.",
  ),
  split: z
    .enum(["train", "test", "all"])
    .describe("By phrase_type: test has those that begin with test_, train the others."),
  answerType: z
    .enum(["open", "closed", "all"])
    .default("all")
    .describe("Keep questions of this answer type."),
});

export type VqaRadOptions = z.output<typeof vqaRadOptions>;
