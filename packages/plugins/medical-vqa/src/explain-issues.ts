import { didYouMean } from "@rarl-sdk/core";
import type { z } from "zod";

/** What is wrong with a record, one sentence a field, unknown fields with the nearest known one. */
export function explainIssues(error: z.ZodError, known: readonly string[]): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
      return issue.keys.map((key) => unknownField(key, known));
    }
    const field = issue.path.map(String).join(".");
    return [field === "" ? issue.message : `${field}: ${issue.message}`];
  });
}

function unknownField(key: string, known: readonly string[]): string {
  const near = didYouMean(key, known);
  return near === null
    ? `${key}: unknown field; known are ${known.join(", ")}`
    : `${key}: unknown field (did you mean ${near}?)`;
}
