import { entry } from "./entry.js";

/** `file, record N (sample S)`; the record is the 1-based line of a JSONL file, the position in a JSON array. */
function recordPlace(file: string, record?: number, sample?: string): string {
  return (
    file +
    (record === undefined ? "" : `, record ${record}`) +
    (sample === undefined ? "" : ` (sample ${sample})`)
  );
}

/** Errors of data sets, images and prompts. */
export const dataErrors = {
  DATA_MISSING: entry<{ file: string; reason: string }>({
    kind: "data",
    message: ({ file, reason }) => `data file ${file} cannot be opened: ${reason}`,
    remedy:
      "Check the path; relative paths in a configuration start at the folder of the configuration file.",
    explanation: "A data source names a file or folder that does not exist or that this user may not read.",
  }),
  DATA_INVALID: entry<{
    file: string;
    record?: number | undefined;
    sample?: string | undefined;
    problems: readonly string[];
  }>({
    kind: "data",
    message: ({ file, record, sample, problems }) =>
      `${recordPlace(file, record, sample)} is not valid: ${problems.join("; ")}`,
    remedy:
      "Correct the record; docs/guides/data.md describes the fields. `onProblem: skip` sets such records aside and " +
      "lists them.",
    explanation:
      "A record of a data set lacks a field, has one too many, or a value of another type than the format asks for. " +
      "Unknown fields are refused because a misspelt `reasoning` would silently switch a reward off.",
  }),
  DATA_EMPTY: entry<{ file: string; reason: string }>({
    kind: "data",
    message: ({ file, reason }) => `data set ${file} has no samples: ${reason}`,
    remedy:
      "Check the file, the filter and the split; there must be at least one sample to train on or evaluate.",
    explanation:
      "The file was read, but nothing in it can be used. A run on nothing would look like a success.",
  }),
  SAMPLE_ANSWER_MISSING: entry<{ file: string; record: number; sample: string }>({
    kind: "data",
    message: ({ file, record, sample }) => `${recordPlace(file, record, sample)} has no answer`,
    remedy:
      "Add the reference answer, remove the record, or set `onProblem: skip` to set such records aside.",
    explanation:
      "Rewards and scores compare with the reference answer. Without one every completion would be counted as wrong " +
      "(or, with an empty one, an empty completion as right).",
  }),
  PROMPT_STYLE_UNKNOWN: entry<{ style: string; known: readonly string[]; where?: string | undefined }>({
    kind: "config",
    message: ({ style, known, where }) =>
      `prompt style "${style}"${where === undefined ? "" : ` in ${where}`} is unknown; known are ${known.join(", ")}`,
    remedy: "Use one of the listed styles, or define your own under `prompts.custom`.",
    explanation:
      "A prompt set has named training and inference styles. Training styles are drawn for every sample, an " +
      "inference style is chosen for an evaluation; a style serves both only where its definition says so.",
  }),
  IMAGE_MISSING: entry<{
    file: string;
    sample?: string | undefined;
    dataFile?: string | undefined;
    record?: number | undefined;
  }>({
    kind: "data",
    message: ({ file, sample, dataFile, record }) =>
      `image ${file}${sample === undefined ? "" : ` of sample ${sample}`}` +
      `${dataFile === undefined ? "" : ` (${recordPlace(dataFile, record)})`} does not exist`,
    remedy: "Check the path; image paths are relative to the data file that names them.",
    explanation: "A sample or prompt names an image file that cannot be found. Nothing was trained on it.",
  }),
  IMAGE_UNREADABLE: entry<{ file: string; reason: string }>({
    kind: "data",
    message: ({ file, reason }) => `image ${file} cannot be read: ${reason}`,
    remedy:
      "Open it in an image viewer; save it again as PNG or JPEG, or take the record out of the data set.",
    explanation:
      "The file exists but does not decode completely: it is empty, cut off, damaged or of another format.",
  }),
  IMAGE_TOO_LARGE: entry<{ file: string; width: number; height: number; limit: number }>({
    kind: "data",
    message: ({ file, width, height, limit }) =>
      `image ${file} has ${width} x ${height} pixels, more than the limit of ${limit}`,
    remedy: "Scale the image down, or raise the limit on decoded pixels when the file is trusted.",
    explanation:
      "A small file can announce a huge image and exhaust memory while decoding. The size is read from the header " +
      "and refused before anything is decoded.",
  }),
  IMAGE_ASPECT_RATIO: entry<{ file: string; width: number; height: number; limit: number }>({
    kind: "data",
    message: ({ file, width, height, limit }) =>
      `image ${file} of ${width} x ${height} pixels is more than ${limit} times longer than wide`,
    remedy: "Crop or pad the image.",
    explanation: "The model's preprocessing refuses extreme aspect ratios, which no resize can keep.",
  }),
} as const;
