import { stat } from "node:fs/promises";
import { join } from "node:path";
import { RarlError, type Sample } from "@rarl-sdk/core";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import { readJsonArray } from "../records/read-json.js";
import type { RecordPlace, RecordSet } from "../records/record-set.js";
import { checkRecord } from "./check-record.js";
import { answer, facts, imagePath, recordId, text, word } from "./fields.js";
import { releaseShape } from "./release-options.js";

/** Options of the data source `slake`. */
export const slakeOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe("Folder of the release, with train.json … and the folder imgs in it."),
  split: z.enum(["train", "validation", "test"]),
  language: z
    .enum(["en", "zh", "all"])
    .default("en")
    .describe("Keep questions in this language; half of the release is Chinese."),
});

export type SlakeOptions = z.output<typeof slakeOptions>;

const slakeRecord = z.object({
  qid: recordId,
  img_name: imagePath,
  question: text,
  answer,
  q_lang: word.transform((value) => value.toLowerCase()),
  // CLOSED means a short closed set, of which yes/no is only the greater part.
  answer_type: word.transform((value) => value.toLowerCase()).pipe(z.enum(["open", "closed"])),
  modality: word.optional(),
  location: word.optional(),
  content_type: word.optional(),
  base_type: word.optional(),
});

/** The SLAKE release: one JSON array a split, images in `imgs/xmlabN/source.jpg`. */
export async function slakeRecords(folder: string, { split, language }: SlakeOptions): Promise<RecordSet> {
  const imageFolder = join(folder, "imgs");
  await requirePath(imageFolder, "folder");
  const file = await splitFile(folder, split);
  return {
    name: `slake-${split}`,
    path: file,
    identity: [split, language],
    emptyReason: `no record is in language ${language}`,
    read: (signal) => readJsonArray(file, signal),
    toSample: (value, place) =>
      language !== "all" && languageOf(value) !== language
        ? null
        : sampleFromSlake(value, place, imageFolder),
  };
}

/** The first archive has validate.json, later ones validation.json. */
async function splitFile(folder: string, split: SlakeOptions["split"]): Promise<string> {
  const file = join(folder, `${split}.json`);
  const older = join(folder, "validate.json");
  const isThere = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  return split === "validation" && !(await isThere(file)) && (await isThere(older)) ? older : file;
}

/** Of a record that is not checked yet, so that faults of other languages do not matter. */
function languageOf(value: unknown): string | null {
  const isKnown = typeof value === "object" && value !== null && "q_lang" in value;
  return isKnown && typeof value.q_lang === "string" ? value.q_lang.trim().toLowerCase() : null;
}

function sampleFromSlake(value: unknown, place: RecordPlace, imageFolder: string): Sample | RarlError {
  const checked = checkRecord(slakeRecord, value, place, { id: "qid", answer: "answer" });
  if (checked instanceof RarlError) return checked;
  const { qid, img_name, question, q_lang, answer_type, modality, location, content_type, base_type } =
    checked.data;
  return {
    id: String(qid),
    images: [{ path: join(imageFolder, img_name) }],
    question,
    answer: checked.answer,
    kind: answer_type,
    meta: facts({
      language: q_lang,
      modality,
      organ: location,
      questionType: content_type,
      baseType: base_type,
    }),
    origin: { file: place.file, record: place.record },
  };
}
