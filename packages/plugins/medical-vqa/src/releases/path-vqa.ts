import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { rarlError, RarlError, type Sample } from "@rarl-sdk/core";
import { Parser } from "pickleparser";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import { readJsonArray } from "../records/read-json.js";
import type { RawRecord, RecordPlace, RecordSet } from "../records/record-set.js";
import { checkRecord } from "./check-record.js";
import { answer, imagePath, kindByAnswer, text } from "./fields.js";
import { releaseShape } from "./release-options.js";

/** Options of the data source `path-vqa`. */
export const pathVqaOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe("Folder of the release, with qas and images in it."),
  split: z.enum(["train", "val", "test"]),
});

export type PathVqaOptions = z.output<typeof pathVqaOptions>;

const PICKLE_LIMIT = 2 ** 28;

const pathVqaRecord = z.object({ image: imagePath, question: text, answer });

/**
 * The Path-VQA release: `qas/train/train_qa.pkl` (or `.json`), a list of image, question and answer, beside
 * `images/train/train_0000.jpg`.
 */
export async function pathVqaRecords(folder: string, { split }: PathVqaOptions): Promise<RecordSet> {
  const file = await questionFile(folder, split);
  const imageFolder = join(folder, "images", split);
  await requirePath(imageFolder, "folder");
  return {
    name: `path-vqa-${split}`,
    path: file,
    identity: [split],
    read: (signal) => (extname(file) === ".json" ? readJsonArray(file, signal) : readPickle(file)),
    toSample: (value, place) => sampleFromPathVqa(value, place, imageFolder, split),
  };
}

async function questionFile(folder: string, split: string): Promise<string> {
  const candidates = [
    `qas/${split}/${split}_qa.pkl`,
    `qas/${split}_qa.pkl`,
    `qas/${split}/${split}_qa.json`,
    `qas/${split}_qa.json`,
  ];
  for (const candidate of candidates) {
    const file = join(folder, candidate);
    if (
      await stat(file).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return file;
  }
  throw rarlError("DATA_MISSING", {
    file: join(folder, candidates[0]!),
    reason: "neither it nor a .json beside it is there",
  });
}

/** Records of a pickled list. Nothing in it is executed: a pickle that names a class or function is refused. */
async function* readPickle(file: string): AsyncGenerator<RawRecord> {
  const invalid = (problem: string, cause?: unknown): RarlError =>
    rarlError("DATA_INVALID", { file, problems: [problem] }, { cause });
  const { size } = await stat(file);
  if (size > PICKLE_LIMIT) throw invalid(`a pickle of ${size} bytes is too large`);
  let value: unknown;
  try {
    const refuse = (module: string, name: string): never => {
      throw new Error(`it names ${module}.${name}, and only lists of plain values are read`);
    };
    value = new Parser({ nameResolver: { resolve: refuse } }).parse(await readFile(file));
  } catch (error) {
    throw invalid(`not a pickle of plain values: ${(error as Error).message.slice(0, 200)}`, error);
  }
  if (!Array.isArray(value)) throw invalid("the pickle is not a list of records");
  for (const [index, record] of value.entries()) yield { file, record: index + 1, value: record as unknown };
}

function sampleFromPathVqa(
  value: unknown,
  place: RecordPlace,
  imageFolder: string,
  split: string,
): Sample | RarlError {
  const checked = checkRecord(pathVqaRecord, value, place, { id: null, answer: "answer" });
  if (checked instanceof RarlError) return checked;
  const { image, question } = checked.data;
  const name = extname(image) === "" ? `${image}.jpg` : image;
  return {
    id: `${split}-${place.record}`,
    images: [{ path: join(imageFolder, name) }],
    question,
    answer: checked.answer,
    kind: kindByAnswer(checked.answer),
    meta: {},
    origin: { file: place.file, record: place.record },
  };
}
