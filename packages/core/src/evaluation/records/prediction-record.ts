import { z } from "zod";

/** An image of a recorded sample. */
const recordedImage = z.object({
  /** Absolute, or relative to the folder of the evaluation for images that came as bytes. */
  path: z.string(),
  /** Of the encoded file, hex; null when the file could not be read. Samples with equal images form a cluster. */
  sha256: z.string().nullable(),
  /** The window a DICOM image was shown to the model with. */
  window: z.object({ center: z.number(), width: z.number() }).exactOptional(),
});

/** A sample as `predictions.jsonl` holds it: like `Sample`, its images on disk. */
const recordedSample = z.object({
  id: z.string(),
  images: z.array(recordedImage),
  question: z.string(),
  answer: z.string(),
  reasoning: z.string().exactOptional(),
  kind: z.enum(["open", "closed", "choice"]),
  choices: z.array(z.string()).exactOptional(),
  meta: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  origin: z.object({ file: z.string(), record: z.int() }),
});

const scores = z.record(z.string(), z.number().nullable());

/** One line of `eval/<set>/predictions.jsonl`. */
export const predictionRecordSchema = z.object({
  sample: recordedSample,
  /** Inference style of the prompt. */
  style: z.string(),
  /** Everything the model said, tags included. */
  completion: z.string(),
  /** The one well-formed think block, trimmed; null without one. */
  think: z.string().nullable(),
  /** The one well-formed answer block, trimmed; null without one. */
  answer: z.string().nullable(),
  finishReason: z.string(),
  /** Length of the completion, end token included. */
  tokens: z.int(),
  /** Length of the prompt, image tokens included. */
  promptTokens: z.int(),
  /** By the run's reward columns; null where a reward does not apply. */
  rewards: scores,
  /** Weighted sum of the rewards that apply; null when none does. */
  reward: z.number().nullable(),
  /** The answer block holds the reference answer. */
  strict: z.boolean(),
  /** Like `strict`, but without an answer block the text outside the think block counts as the answer. */
  lenient: z.boolean(),
  /** By rule, such as `bleu_1`, in [0, 1]; null where a rule does not apply. */
  scores: scores,
});

export type PredictionRecord = z.output<typeof predictionRecordSchema>;
export type RecordedSample = z.output<typeof recordedSample>;
