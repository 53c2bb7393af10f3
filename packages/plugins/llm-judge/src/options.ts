import { z } from "zod";

/** An address without what must not be written down: credentials and queries. */
const baseURL = z.url({ protocol: /^https?$/ }).refine((text) => {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === "";
}, "must hold no credentials, query or fragment; keys come from the environment, see keyVariable");

const price = z
  .strictObject({ input: z.number().min(0), output: z.number().min(0) })
  .describe("US dollars per million tokens; the list price by default, where it is known");

const common = {
  model: z.string().min(1).describe("Model id, best one with its version, such as gpt-4o-mini-2024-07-18"),
  keyVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .nullable()
    .optional()
    .describe(
      "Environment variable that holds the key; null is no key. The vendor's own endpoint has a default",
    ),
  template: z.string().min(1).optional().describe("The judge's prompt; the paper's by default"),
  templateFile: z.string().min(1).optional().describe("File of the judge's prompt, from this file's folder"),
  temperature: z.number().min(0).max(2).nullable().default(0).describe("Null leaves it to the endpoint"),
  maxOutputTokens: z.int().min(16).default(400).describe("Longest answer, hidden thinking included"),
  concurrency: z.int().min(1).max(64).default(4).describe("Calls at a time"),
  retries: z.int().min(0).max(20).default(5).describe("Attempts after the first, with growing waits"),
  timeout: z.number().positive().default(60).describe("Seconds until a call counts as lost"),
  maximumWait: z
    .number()
    .min(0)
    .default(300)
    .describe("Longest wait in seconds that the provider may ask for"),
  stopAfterErrors: z
    .int()
    .min(1)
    .default(10)
    .describe("Failed items in a row after which the judge gives up"),
  price: price.optional(),
  maximumCost: z
    .number()
    .positive()
    .nullable()
    .optional()
    .describe(
      "Most that may be spent in US dollars, in a run or an evaluation; 10 by default where the price is known",
    ),
  cache: z.boolean().default(true).describe("Ask the same only once, across runs; at temperature 0 alone"),
};

export const openaiJudgeOptions = z.strictObject({
  ...common,
  baseURL: baseURL.default("https://api.openai.com/v1").describe("Of any OpenAI-compatible endpoint"),
  maxTokensField: z
    .enum(["max_completion_tokens", "max_tokens"])
    .default("max_completion_tokens")
    .describe("What the endpoint calls the longest answer; older servers say max_tokens"),
  structuredOutput: z
    .enum(["schema", "json", "none"])
    .default("schema")
    .describe("Whether the endpoint can hold answers to a JSON schema, to JSON, or not at all"),
});

export const geminiJudgeOptions = z.strictObject({
  ...common,
  baseURL: baseURL
    .default("https://generativelanguage.googleapis.com")
    .describe("Of the Gemini API or a gateway to it"),
});

export type OpenAIJudgeOptions = z.output<typeof openaiJudgeOptions>;
export type GeminiJudgeOptions = z.output<typeof geminiJudgeOptions>;
export type CommonJudgeOptions = Omit<GeminiJudgeOptions, "baseURL"> & { readonly baseURL: string };
