import type { VendorAccess } from "./create-judge.js";
import type { GeminiJudgeOptions, OpenAIJudgeOptions } from "./options.js";
import { GeminiProvider } from "./providers/gemini-provider.js";
import { OpenAIProvider } from "./providers/openai-provider.js";

export const openaiAccess: VendorAccess<OpenAIJudgeOptions> = {
  vendor: "openai",
  host: "api.openai.com",
  keyVariable: "OPENAI_API_KEY",
  fingerprint: ({ structuredOutput }) => [structuredOutput],
  open: (options, key, clock, redact) => new OpenAIProvider({ ...options, key }, clock, redact),
};

export const geminiAccess: VendorAccess<GeminiJudgeOptions> = {
  vendor: "gemini",
  host: "generativelanguage.googleapis.com",
  keyVariable: "GEMINI_API_KEY",
  fingerprint: () => [],
  // The client wants a key; an endpoint without one does not look at it.
  open: (options, key, clock, redact) =>
    new GeminiProvider({ ...options, key: key ?? "none" }, clock, redact),
};
