import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError, type RarlError, type Sample } from "@rarl-sdk/core";
import { z } from "zod";
import { requirePath } from "../data-file.js";
import type { RawRecord, RecordPlace, RecordSet } from "../records/record-set.js";
import { decodeUtf8, withoutByteOrderMark } from "../text.js";
import { facts, kindByAnswer } from "./fields.js";
import { releaseShape } from "./release-options.js";

const splits = {
  train: {
    folders: ["ImageClef-2019-VQA-Med-Training", "."],
    questions: "All_QA_Pairs_train.txt",
    images: "Train_images",
  },
  validation: {
    folders: ["ImageClef-2019-VQA-Med-Validation", "."],
    questions: "All_QA_Pairs_val.txt",
    images: "Val_images",
  },
  test: {
    folders: ["VQAMed2019Test", "."],
    questions: "VQAMed2019_Test_Questions_w_Ref_Answers.txt",
    images: "VQAMed2019_Test_Images",
  },
} as const;

/** Options of the data source `vqa-med-2019`. */
export const vqaMed2019Options = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe("Folder with the unpacked archives, or of one of them."),
  split: z.enum(["train", "validation", "test"]),
});

export type VqaMed2019Options = z.output<typeof vqaMed2019Options>;

interface Line {
  readonly text: string;
  /** From the file of the category, where the lines themselves do not say it. */
  readonly category: string | null;
}

/** The VQA-Med 2019 release: lines of `image|question|answer`, in the test set `image|category|question|answer`. */
export async function vqaMed2019Records(folder: string, { split }: VqaMed2019Options): Promise<RecordSet> {
  const { folders, questions, images } = splits[split];
  const root = await firstWith(
    folders.map((name) => join(folder, name)),
    questions,
  );
  const file = join(root, questions);
  const imageFolder = join(root, images);
  await requirePath(imageFolder, "folder");
  return {
    name: `vqa-med-2019-${split}`,
    path: file,
    identity: [split],
    read: () => readLinesOf(file, join(root, "QAPairsByCategory"), split),
    toSample: (value, place) => sampleFromLine(value as Line, place, imageFolder, split),
  };
}

/** The first of `folders` in which there is such a file. */
async function firstWith(folders: readonly string[], name: string): Promise<string> {
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes(name)) return folder;
  }
  const file = join(folders[0]!, name);
  throw rarlError("DATA_MISSING", { file, reason: "it is neither there nor in the folder itself" });
}

async function* readLinesOf(file: string, categoryFolder: string, split: string): AsyncGenerator<RawRecord> {
  const categories = split === "test" ? new Map<string, string>() : await readCategories(categoryFolder);
  for (const [index, text] of (await linesOf(file)).entries()) {
    if (text.trim() === "") continue;
    const value: Line = { text, category: categories.get(text.trim()) ?? null };
    yield { file, record: index + 1, value };
  }
}

/** Category by line: `C1_Modality_train.txt` repeats the lines of its category. */
async function readCategories(folder: string): Promise<Map<string, string>> {
  const categories = new Map<string, string>();
  for (const name of (await readdir(folder).catch((): string[] => [])).sort()) {
    const category = /^C\d_([A-Za-z]+)_/.exec(name)?.[1];
    if (category === undefined) continue;
    for (const line of await linesOf(join(folder, name))) categories.set(line.trim(), category.toLowerCase());
  }
  return categories;
}

async function linesOf(file: string): Promise<readonly string[]> {
  await requirePath(file, "file");
  const text = decodeUtf8(await readFile(file));
  if (text === null)
    throw rarlError("DATA_INVALID", { file, problems: ["the file holds bytes that are not UTF-8"] });
  return withoutByteOrderMark(text).split(/\r?\n/);
}

function sampleFromLine(
  { text, category }: Line,
  place: RecordPlace,
  imageFolder: string,
  split: VqaMed2019Options["split"],
): Sample | RarlError {
  const { file, record } = place;
  const fields = text.split("|").map((field) => field.trim());
  const count = split === "test" ? 4 : 3;
  const invalid = (problem: string) => rarlError("DATA_INVALID", { file, record, problems: [problem] });
  if (fields.length !== count)
    return invalid(`the line has ${fields.length} fields between bars, not ${count}`);
  const [image = "", ...rest] = fields;
  const [written = "", question = ""] = rest.toReversed();
  const id = `${split}-${record}`;
  if (!/^[^/\\]+$/.test(image)) return invalid("image: must be the name of a file in the image folder");
  if (question === "") return invalid("question: must not be blank");
  const answer = firstAlternative(written);
  if (answer === "") return rarlError("SAMPLE_ANSWER_MISSING", { file, record, sample: id });
  const questionType = split === "test" ? rest[0] : (category ?? undefined);
  return {
    id,
    images: [{ path: join(imageFolder, `${image}.jpg`) }],
    question,
    answer,
    kind: kindByAnswer(answer),
    meta: facts({ questionType, writtenAnswer: written === answer ? undefined : written }),
    origin: { file, record },
  };
}

/** Alternatives stand between `#`, optional text in brackets; the whole stays in `meta.writtenAnswer`. */
function firstAlternative(written: string): string {
  const [first = ""] = written
    .split("#")
    .map((alternative) => alternative.trim())
    .filter((one) => one !== "");
  const short = first.replaceAll(/\s*\([^()]*\)/g, "").trim();
  return short === "" ? first : short;
}
