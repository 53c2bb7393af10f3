import { z } from "zod";

export const bertScoreOptions = z.strictObject({
  encoder: z
    .string()
    .min(1)
    .describe("Folder of a BERT, RoBERTa or DistilBERT checkpoint, such as ./models/roberta-large."),
  encoderName: z
    .string()
    .min(1)
    .optional()
    .describe("Published name of the encoder, for its layer and baseline; the folder's name when absent."),
  layer: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      "Block whose output is compared, 0 for the embeddings; from the table of published encoders when absent.",
    ),
  rescale: z
    .boolean()
    .default(true)
    .describe("Put unrelated texts at 0 instead of at the encoder's baseline, about 0.83 for roberta-large."),
  baseline: z
    .string()
    .min(1)
    .optional()
    .describe("Baseline file (LAYER,P,R,F) to rescale by; the published one when absent."),
  idf: z
    .strictObject({
      file: z.string().min(1).describe("Text file with one reference a line, or a .jsonl file."),
      field: z.string().min(1).default("answer").describe("Field of a .jsonl file that holds the reference."),
    })
    .optional()
    .describe("Weigh tokens by their rarity in these references; all alike when absent."),
  measure: z
    .enum(["precision", "recall", "f1"])
    .default("f1")
    .describe("Which of the three is the similarity."),
  tokensPerBatch: z.int().min(16).default(4096).describe("Tokens encoded at a time."),
  cacheMegabytes: z.number().nonnegative().default(256).describe("Memory for encoded references."),
});

export type BertScoreOptions = z.output<typeof bertScoreOptions>;
