import { join } from "node:path";
import { RarlError, type Sample } from "@rarl-sdk/core";
import { z } from "zod";
import type { RecordPlace } from "../../records/record-set.js";
import { checkRecord } from "../check-record.js";
import { answer, facts, recordId, text, word } from "../fields.js";

const phraseTypes = ["freeform", "para", "test_freeform", "test_para"] as const;

/** The fields of a release record that are used here; it has more. */
const vqaRadRecord = z.object({
  qid: recordId,
  image_name: word.refine((name) => /^[^/\\]+$/.test(name), "must be the name of a file in the image folder"),
  image_organ: word.optional(),
  question: text,
  question_type: word.optional(),
  phrase_type: word.transform((value) => value.toLowerCase()).pipe(z.enum(phraseTypes)),
  answer,
  answer_type: word.transform((value) => value.toLowerCase()).pipe(z.enum(["open", "closed"])),
});

/** Makes one record of the release's array a sample, or the error that tells what is wrong with it. */
export function sampleFromVqaRad(
  value: unknown,
  place: RecordPlace,
  imageFolder: string,
): Sample | RarlError {
  const checked = checkRecord(vqaRadRecord, value, place, { id: "qid", answer: "answer" });
  if (checked instanceof RarlError) return checked;
  const { qid, image_name, image_organ, question, question_type, phrase_type, answer_type } = checked.data;
  return {
    id: String(qid),
    images: [{ path: join(imageFolder, image_name) }],
    question,
    answer: checked.answer,
    kind: answer_type,
    meta: { phraseType: phrase_type, ...facts({ organ: image_organ, questionType: question_type }) },
    origin: { file: place.file, record: place.record },
  };
}
