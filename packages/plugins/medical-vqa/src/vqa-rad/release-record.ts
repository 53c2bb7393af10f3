import { join } from "node:path";
import { rarlError, RarlError, type Sample } from "@rarl-sdk/core";
import { z } from "zod";
import { answerText, idForMessages, isAnswerMissing } from "../answer-text.js";
import { explainIssues } from "../explain-issues.js";

/** Values in the release carry stray spaces and both cases. */
const word = z.string().transform((value) => value.trim());
const phraseTypes = ["freeform", "para", "test_freeform", "test_para"] as const;

/** The fields of a release record that are used here; it has more. */
const releaseRecord = z.object({
  qid: z.union([word.refine((qid) => qid !== "", "must not be blank"), z.int()]),
  image_name: word.refine((name) => /^[^/\\]+$/.test(name), "must be the name of a file in the image folder"),
  image_organ: word.optional(),
  question: word.refine((question) => question !== "", "must not be blank"),
  question_type: word.optional(),
  phrase_type: word.transform((value) => value.toLowerCase()).pipe(z.enum(phraseTypes)),
  answer: z.union([z.string(), z.number()]),
  answer_type: word.transform((value) => value.toLowerCase()).pipe(z.enum(["open", "closed"])),
});

/** Where the release lies. */
export interface ReleasePlace {
  readonly file: string;
  readonly imageFolder: string;
  /** 1-based position in the array. */
  readonly record: number;
}

/** Makes one record of the release's array a sample, or the error that tells what is wrong with it. */
export function sampleFromRelease(value: unknown, place: ReleasePlace): Sample | RarlError {
  const { file, imageFolder, record } = place;
  if (typeof value !== "object" || value === null) {
    return rarlError("DATA_INVALID", { file, record, problems: ["the record is not an object"] });
  }
  const id = idForMessages("qid" in value ? value.qid : undefined);
  if (isAnswerMissing("answer" in value ? value.answer : undefined)) {
    return rarlError("SAMPLE_ANSWER_MISSING", { file, record, sample: id ?? "without qid" });
  }
  const parsed = releaseRecord.safeParse(value);
  if (!parsed.success) {
    const problems = explainIssues(parsed.error, Object.keys(releaseRecord.shape));
    return rarlError("DATA_INVALID", { file, record, sample: id, problems });
  }
  const { qid, image_name, image_organ, question, question_type, phrase_type, answer, answer_type } =
    parsed.data;
  return {
    id: String(qid),
    images: [{ path: join(imageFolder, image_name) }],
    question,
    answer: answerText(answer)!,
    kind: answer_type,
    meta: {
      phraseType: phrase_type,
      ...(image_organ === undefined ? {} : { organ: image_organ }),
      ...(question_type === undefined ? {} : { questionType: question_type }),
    },
    origin: { file, record },
  };
}
