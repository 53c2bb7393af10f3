import { dirname, resolve } from "node:path";
import {
  chosenOption,
  normalizeAnswer,
  rarlError,
  RarlError,
  type QuestionKind,
  type Sample,
} from "@rarl-sdk/core";
import { z } from "zod";
import { answerText, idForMessages, isAnswerMissing } from "../answer-text.js";
import { explainIssues } from "../explain-issues.js";
import type { RecordPlace } from "../records/record-set.js";

const text = z.string().refine((value) => value.trim() !== "", "must not be blank");
const imagePath = text.refine(
  (path) => !/^(?:[a-z][a-z0-9+.-]*:\/\/|data:)/i.test(path),
  "must be the path of a local file; nothing is downloaded",
);

/** The native form: one object a line. */
const nativeRecord = z.strictObject({
  id: z.union([text, z.int()]),
  image: imagePath.optional(),
  images: z.array(imagePath).optional(),
  question: text,
  answer: z.union([z.string(), z.number()]),
  reasoning: z.string().nullish(),
  kind: z.enum(["open", "closed", "choice"]).optional(),
  choices: z.array(text).min(2).max(26).optional(),
  meta: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

type NativeRecord = z.output<typeof nativeRecord>;

/**
 * Checks one line's JSON value and makes it a sample, or the error that tells what is wrong with it. Image paths
 * become absolute, relative ones starting at the data file's folder; whether the files exist is not looked at.
 */
export function sampleFromNative(value: unknown, place: RecordPlace): Sample | RarlError {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return rarlError("DATA_INVALID", { ...place, problems: ["the line is not a JSON object"] });
  }
  const id = idForMessages("id" in value ? value.id : undefined);
  if (isAnswerMissing("answer" in value ? value.answer : undefined)) {
    return rarlError("SAMPLE_ANSWER_MISSING", { ...place, sample: id ?? "without id" });
  }
  const parsed = nativeRecord.safeParse(value);
  if (!parsed.success) {
    const problems = explainIssues(parsed.error, Object.keys(nativeRecord.shape));
    return rarlError("DATA_INVALID", { ...place, sample: id, problems });
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) return rarlError("DATA_INVALID", { ...place, sample: id, problems });
  return toSample(parsed.data, place);
}

function contradictions({ image, images, kind, choices, answer }: NativeRecord): string[] {
  const problems: string[] = [];
  if (image !== undefined && images !== undefined) problems.push("image and images: give one of the two");
  if (kind === "choice" && choices === undefined) problems.push("choices: missing although kind is choice");
  if (choices === undefined) return problems;
  if (kind !== undefined && kind !== "choice")
    problems.push(`kind: must be choice when there are choices, not ${kind}`);
  const trimmed = choices.map((choice) => choice.trim());
  if (new Set(trimmed).size !== trimmed.length) problems.push("choices: the same text twice");
  else if (chosenOption(String(answer), trimmed) === null) problems.push("answer: is none of the choices");
  return problems;
}

function toSample(record: NativeRecord, place: RecordPlace): Sample {
  const folder = dirname(place.file);
  const paths = record.images ?? (record.image === undefined ? [] : [record.image]);
  const choices = record.choices?.map((choice) => choice.trim());
  const answer = answerText(record.answer)!;
  const reasoning = record.reasoning?.trim() ?? "";
  return {
    id: String(record.id).trim(),
    images: paths.map((path) => ({ path: resolve(folder, path) })),
    question: record.question.trim(),
    // A reference given as a letter becomes the option's text, which says more in reports.
    answer: choices === undefined ? answer : choices[chosenOption(answer, choices)!]!,
    ...(reasoning === "" ? {} : { reasoning }),
    kind: record.kind ?? guessKind(answer, choices),
    ...(choices === undefined ? {} : { choices }),
    meta: record.meta ?? {},
    origin: { file: place.file, record: place.record },
  };
}

function guessKind(answer: string, choices: readonly string[] | undefined): QuestionKind {
  if (choices !== undefined) return "choice";
  return ["yes", "no"].includes(normalizeAnswer(answer)) ? "closed" : "open";
}
