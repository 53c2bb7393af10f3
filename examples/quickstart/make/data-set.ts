import { randomStream } from "@rarl-sdk/core";
import { drawRadiograph } from "./radiograph.js";
import { drawQuestionTypes, questions } from "./questions.js";
import { carefulReading, writeReport } from "./report.js";
import { drawScene, type Scene } from "./scene.js";
import { promptStyles } from "./prompt-styles.js";

/** One line of a native JSONL data set. */
export interface DataRecord {
  readonly id: string;
  /** Relative to the JSONL file. */
  readonly image: string;
  readonly question: string;
  readonly answer: string;
  readonly reasoning: string;
  readonly kind: "closed";
  readonly meta: Readonly<Record<string, string>>;
}

/** Seed of everything in this folder; it fixes every picture, word and weight. */
export const quickstartSeed = 2506_06600;

/** Number of questions, each about its own picture. `fresh` is made on demand and nothing was tuned on it. */
export const splits = { train: 160, test: 200, fresh: 1000 } as const;
export type Split = keyof typeof splits;

const root = randomStream(quickstartSeed);

/** Scene of picture `index` of a named series; two series never share a picture. */
export function sceneOf(series: string, index: number): Scene {
  return drawScene(root.fork("scene").fork(series).fork(index));
}

/** Grey values `[56 * 56]` of picture `index` of a series. */
export function pixelsOf(series: string, index: number): Uint8Array {
  return drawRadiograph(sceneOf(series, index), root.fork("pixels").fork(series).fork(index));
}

export function imageName(series: string, index: number): string {
  return `images/${series}-${String(index).padStart(4, "0")}.png`;
}

/**
 * The clean questions of a split, every report and answer true. Held-out questions name the prompt style they are
 * asked in (`meta.style`), so that every evaluation asks the same mixture; training draws a style each time.
 */
export function recordsOf(split: Split, count: number = splits[split]): DataRecord[] {
  const random = root.fork("questions").fork(split);
  return drawQuestionTypes(count, random).map((questionType, index) => {
    const truth = carefulReading(sceneOf(split, index));
    const { wordings, answer } = questions[questionType];
    const question = wordings[random.integer(wordings.length)]!;
    const style = promptStyles[random.integer(promptStyles.length)]!.name;
    return {
      id: `${split}-${String(index).padStart(4, "0")}`,
      image: imageName(split, index),
      question,
      answer: answer(truth),
      reasoning: writeReport(truth),
      kind: "closed",
      meta: { questionType, modality: truth.modality, ...(split === "train" ? {} : { style }) },
    };
  });
}
