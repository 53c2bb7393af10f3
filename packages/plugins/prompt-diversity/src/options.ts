import { z } from "zod";
import { countPlaceholders } from "./question-text.js";

const customStyle = z.strictObject({
  name: z.string().min(1).describe("Name of the style; recorded with every completion."),
  text: z
    .string()
    .refine((text) => countPlaceholders(text) === 1, "must contain {question} exactly once")
    .default("{question}")
    .describe("The user's turn, with {question} exactly once."),
  use: z.enum(["training", "inference", "both"]).describe("Where the style serves."),
  system: z
    .string()
    .optional()
    .describe("System turn in place of the chat template's own; ignored by template raw."),
});

/** Options of the prompt set `prompt-diversity`. */
export const promptDiversityOptions = z.strictObject({
  template: z
    .enum(["chat", "raw"])
    .default("chat")
    .describe(
      "chat: the user's turn of the model's chat template; raw: the text as it stands after the images.",
    ),
  preferExplanation: z
    .boolean()
    .default(false)
    .describe("Always use explanation-required for samples with annotated reasoning."),
  styles: z
    .union([z.array(z.string()).min(1), z.record(z.string(), z.number().positive())])
    .optional()
    .describe(
      "Training styles to draw from: a list (equal chances) or name to weight. Without it the custom training " +
        "styles, or the paper's three when there are none.",
    ),
  inferenceStyle: z
    .string()
    .optional()
    .describe("Default style of evaluations. Without it the first custom inference style, or reasoning."),
  appendChoices: z
    .boolean()
    .default(true)
    .describe("Write the options of a choice question under it, one a line, as (A) …."),
  custom: z
    .array(customStyle)
    .default([])
    .refine(
      (styles) => new Set(styles.map((style) => style.name)).size === styles.length,
      "names of custom styles must be unique",
    )
    .describe("Your own styles. One with the name of a style of the paper takes its place."),
});

export type PromptDiversityOptions = z.output<typeof promptDiversityOptions>;
