import { entry } from "./entry.js";

/** Errors of data sets and images. */
export const dataErrors = {
  IMAGE_MISSING: entry<{ file: string; sample?: string | undefined }>({
    kind: "data",
    message: ({ file, sample }) => `image ${file}${sample === undefined ? "" : ` of sample ${sample}`} does not exist`,
    remedy: "Check the path; image paths are relative to the data file that names them.",
    explanation: "A sample or prompt names an image file that cannot be found. Nothing was trained on it.",
  }),
} as const;
