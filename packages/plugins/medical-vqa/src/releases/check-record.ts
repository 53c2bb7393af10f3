import { rarlError, RarlError } from "@rarl-sdk/core";
import type { z } from "zod";
import { answerText, idForMessages, isAnswerMissing } from "../answer-text.js";
import { explainIssues } from "../explain-issues.js";
import type { RecordPlace } from "../records/record-set.js";

/** Which fields of a release hold a record's id and answer. */
export interface RecordKeys {
  /** Null when records have none. */
  readonly id: string | null;
  readonly answer: string;
}

/**
 * Checks a release's record by its schema, after the answer, whose absence is an error of its own.
 * @returns the parsed record with its answer as text, or what is wrong
 */
export function checkRecord<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  place: RecordPlace,
  keys: RecordKeys,
): { readonly data: z.output<Schema>; readonly answer: string } | RarlError {
  const { file, record } = place;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return rarlError("DATA_INVALID", { file, record, problems: ["the record is not an object"] });
  const fields = value as Readonly<Record<string, unknown>>;
  const id = keys.id === null ? undefined : idForMessages(fields[keys.id]);
  if (isAnswerMissing(fields[keys.answer])) {
    const sample = id ?? (keys.id === null ? "without id" : `without ${keys.id}`);
    return rarlError("SAMPLE_ANSWER_MISSING", { file, record, sample });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = explainIssues(parsed.error, Object.keys(schema.shape));
    return rarlError("DATA_INVALID", { file, record, sample: id, problems });
  }
  return { data: parsed.data, answer: answerText(fields[keys.answer]) ?? "" };
}
