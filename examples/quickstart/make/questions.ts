import type { RandomStream } from "@rarl-sdk/core";
import type { Finding } from "./report.js";

export const questionTypes = ["modality", "presence", "side", "count", "size"] as const;
export type QuestionType = (typeof questionTypes)[number];

interface QuestionPattern {
  /** Share of the questions of a data set. */
  readonly share: number;
  readonly wordings: readonly [string, string];
  /** Every answer there is. */
  readonly answers: readonly string[];
  readonly answer: (finding: Finding) => string;
}

export const questions: Readonly<Record<QuestionType, QuestionPattern>> = {
  modality: {
    share: 0.12,
    wordings: ["Which modality is this?", "What kind of image is this?"],
    answers: ["X-ray", "MRI", "CT"],
    answer: ({ modality }) => modality,
  },
  presence: {
    share: 0.2,
    wordings: ["Is there a nodule in this image?", "Can you see any nodule?"],
    answers: ["yes", "no"],
    answer: ({ size }) => (size === "none" ? "no" : "yes"),
  },
  side: {
    share: 0.23,
    wordings: ["Which side has a nodule?", "On which side is there a nodule?"],
    answers: ["left", "right", "both", "none"],
    answer: ({ left, right }) =>
      left > 0 && right > 0 ? "both" : left > 0 ? "left" : right > 0 ? "right" : "none",
  },
  count: {
    share: 0.25,
    wordings: ["How many nodules are there?", "What is the number of nodules?"],
    answers: ["0", "1", "2", "3"],
    answer: ({ left, right }) => String(left + right),
  },
  size: {
    share: 0.2,
    wordings: ["What size are the nodules?", "Are the nodules small or large?"],
    answers: ["small", "large", "none"],
    answer: ({ size }) => size,
  },
};

/** `count` question types in the shares above, to the nearest question, in random order. */
export function drawQuestionTypes(count: number, random: RandomStream): QuestionType[] {
  const types: QuestionType[] = [];
  let share = 0;
  for (const type of questionTypes) {
    share += questions[type].share;
    while (types.length < Math.round(share * count)) types.push(type);
  }
  return random.shuffle(types);
}
