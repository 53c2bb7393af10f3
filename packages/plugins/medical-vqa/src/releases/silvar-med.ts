import { dirname, join, resolve } from "node:path";
import { RarlError, type Sample } from "@rarl-sdk/core";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import { readJsonArray } from "../records/read-json.js";
import type { RecordPlace, RecordSet } from "../records/record-set.js";
import { checkRecord } from "./check-record.js";
import { facts, imagePath, kindByAnswer, recordId, text, word } from "./fields.js";
import { releaseShape } from "./release-options.js";

/** Options of the data source `silvar-med`. */
export const silvarMedOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe("The JSON file, an array; relative to the folder of the configuration."),
  imageFolder: z
    .string()
    .min(1)
    .optional()
    .describe("Where img_name starts; relative to the JSON file's folder, which it is by default."),
});

export type SilvarMedOptions = z.output<typeof silvarMedOptions>;

const reasoning = z.string().nullish();

const silvarMedRecord = z.object({
  id: recordId.optional(),
  img_name: imagePath,
  question: text,
  reasoning,
  explanation: reasoning,
  modality: word.optional(),
  organ: word.optional(),
});

/**
 * Annotations as Silvar-Med writes them: img_name, question, and an answer that is a text, or a list of the short
 * answer and its explanation; a field `explanation` or `reasoning` is read as well. (The release itself is not public.)
 */
export async function silvarMedRecords(file: string, { imageFolder }: SilvarMedOptions): Promise<RecordSet> {
  await requirePath(file, "file");
  const images = resolve(dirname(file), imageFolder ?? ".");
  return {
    name: "silvar-med",
    path: file,
    identity: [imageFolder ?? null],
    read: (signal) => readJsonArray(file, signal),
    toSample: (value, place) => sampleFromSilvarMed(value, place, images),
  };
}

function sampleFromSilvarMed(value: unknown, place: RecordPlace, imageFolder: string): Sample | RarlError {
  const listed = listedAnswer(value);
  const checked = checkRecord(silvarMedRecord, listed?.record ?? value, place, {
    id: "id",
    answer: "answer",
  });
  if (checked instanceof RarlError) return checked;
  const { id, img_name, question, modality, organ, ...rest } = checked.data;
  const explained = (rest.reasoning ?? rest.explanation ?? listed?.explanation ?? "").trim();
  return {
    id: String(id ?? place.record),
    images: [{ path: join(imageFolder, img_name) }],
    question,
    answer: checked.answer,
    ...(explained === "" ? {} : { reasoning: explained }),
    kind: kindByAnswer(checked.answer),
    meta: facts({ modality, organ }),
    origin: { file: place.file, record: place.record },
  };
}

/** A list of answers as the short answer, which comes first, and the rest. */
function listedAnswer(value: unknown): { readonly record: object; readonly explanation: string } | null {
  if (typeof value !== "object" || value === null || !("answer" in value) || !Array.isArray(value.answer))
    return null;
  const [answer, ...rest] = value.answer as unknown[];
  return {
    record: { ...value, answer },
    explanation: rest.filter((item) => typeof item === "string").join(" "),
  };
}
