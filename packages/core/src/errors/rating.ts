import { entry } from "./entry.js";

/** Errors of human ratings, and of folders that two processes want at once. */
export const ratingErrors = {
  RATER_NAME_INVALID: entry<{ rater: string }>({
    kind: "usage",
    message: ({ rater }) => `"${rater}" cannot name a rater`,
    remedy: "Use letters, digits, - and _, beginning with a letter or digit, 40 characters at most.",
    explanation: "A rater's name is part of the name of the file that holds the ratings.",
  }),
  RATINGS_FILE_INVALID: entry<{ file: string; problem: string }>({
    kind: "data",
    message: ({ file, problem }) => `${file} is not a whole file of ratings: ${problem}`,
    remedy: "Have the rater press “Save ratings” on the exported page again and send that file.",
    explanation:
      "Only what the exported page saves can be read back, and only as a whole: nothing was taken from this file.",
  }),
  RATINGS_OF_OTHER_PREDICTIONS: entry<{ file: string }>({
    kind: "data",
    message: ({ file }) => `${file} holds ratings of other predictions than the folders given`,
    remedy:
      "Give exactly the evaluation folders that were exported, with the predictions that they held then.",
    explanation:
      "The exported page names items by numbers alone, which mean something only with the predictions they were drawn " +
      "from. Those in the folders are others, or have changed since.",
  }),
  PORT_UNAVAILABLE: entry<{ port: number; reason: string }>({
    kind: "environment",
    message: ({ port, reason }) => `cannot listen on 127.0.0.1:${port}: ${reason}`,
    remedy: "Choose another port, or leave --port out to take a free one.",
    explanation: "Another process listens on that port, or this user may not.",
  }),
} as const;
