import { z } from "zod";

/** Options of the algorithm `sft`. */
export const sftOptions = z.strictObject({
  batchSize: z.int().positive().default(8).describe("Samples of one update."),
  microBatch: z
    .int()
    .positive()
    .optional()
    .describe("Samples per forward pass; batchSize when absent. Changes memory, not the loss."),
  trainOn: z
    .literal("completion")
    .default("completion")
    .describe("Tokens that carry the loss: the target's, not the prompt's."),
  target: z
    .enum(["auto", "answer"])
    .default("auto")
    .describe(
      "What is learnt where a sample has no meta.target: think and answer blocks with an annotated explanation and " +
        "the answer block without (auto), or always the answer block alone (answer).",
    ),
});

export type SftOptions = z.output<typeof sftOptions>;
