import { definePlugin } from "@rarl-sdk/core";
import { createJudge } from "./create-judge.js";
import { geminiJudgeOptions, openaiJudgeOptions } from "./options.js";
import { recipientOf } from "./recipient.js";
import { RuleJudge, ruleJudgeOptions } from "./rule-judge.js";
import { geminiAccess, openaiAccess } from "./vendors.js";

/** Judges: language models behind an OpenAI-compatible endpoint or the Gemini API, and offline rules. */
export const llmJudgePlugin = definePlugin({
  name: "llm-judge",
  apiVersion: "1.0",
  apply({ judges }) {
    judges.addFactory("openai", (options, container) => createJudge(openaiAccess, options, container), {
      options: openaiJudgeOptions,
      description: "A language model behind an OpenAI-compatible endpoint; sends text to it",
      sendsTo: ({ baseURL }) => recipientOf(baseURL),
    });
    judges.addFactory("gemini", (options, container) => createJudge(geminiAccess, options, container), {
      options: geminiJudgeOptions,
      description: "A model of the Gemini API; sends text to it",
      sendsTo: ({ baseURL }) => recipientOf(baseURL),
    });
    judges.add("rules", RuleJudge, {
      options: ruleJudgeOptions,
      description: "Answer and reasoning compared by rule, offline",
    });
  },
});
