import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { completionHash, type PredictionRecord } from "@rarl-sdk/core";

/** A prediction to write; what is absent is a right answer in full format. */
export type WrittenPrediction = Partial<Omit<PredictionRecord, "sample">> & {
  readonly sample?: Partial<PredictionRecord["sample"]> & { readonly reasoning?: string };
};

export function predictionRecord(index: number, changes: WrittenPrediction = {}): PredictionRecord {
  const { sample, ...rest } = changes;
  return {
    sample: {
      id: `q${index}`,
      images: [{ path: `/images/${index}.png`, sha256: `image-${index}` }],
      question: "Is there a nodule?",
      answer: "yes",
      kind: "closed",
      meta: {},
      origin: { file: "test.jsonl", record: index + 1 },
      ...sample,
    },
    style: "reasoning",
    completion: `<think> case ${index} </think> <answer> yes </answer>`,
    think: `case ${index}`,
    answer: "yes",
    finishReason: "stop",
    tokens: 10,
    promptTokens: 20,
    rewards: {},
    reward: null,
    strict: true,
    lenient: true,
    scores: {},
    ...rest,
  };
}

/** Scores of one grader by sample: reasoning and final, or why there is none. */
export type WrittenGrades = Readonly<
  Record<string, readonly [reasoning: number | null, prediction: number] | string>
>;

/** Writes an evaluation's folder with the verdicts of judges and the ratings of raters. */
export async function writeEvaluation(
  directory: string,
  predictions: readonly PredictionRecord[],
  judges: Readonly<Record<string, WrittenGrades>> = {},
  raters: Readonly<Record<string, WrittenGrades>> = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeLines(join(directory, "predictions.jsonl"), predictions);
  const completions = new Map(predictions.map(({ sample, completion }) => [sample.id, completion]));
  const about = (sampleId: string) => ({
    sampleId,
    completionSha256: completionHash(completions.get(sampleId) ?? ""),
  });
  for (const [judge, grades] of Object.entries(judges)) {
    const lines = Object.entries(grades).map(
      ([id, grade]) =>
      typeof grade === "string"
        ? { ...about(id), state: grade, detail: "why" }
        : { ...about(id), state: "valid", reasoningScore: grade[0], predictionScore: grade[1], justification: "because" }, // prettier-ignore
    );
    await writeLines(join(directory, `verdicts-${judge}.jsonl`), lines);
  }
  for (const [rater, grades] of Object.entries(raters)) {
    const lines = Object.entries(grades).map(([id, grade]) => {
      const [reasoningScore, predictionScore] = typeof grade === "string" ? [null, null] : grade;
      const state = typeof grade === "string" ? grade : "rated";
      return { ...about(id), rater, state, reasoningScore, predictionScore, note: "", ratedAt: "2026-01-01T00:00:00Z" }; // prettier-ignore
    });
    await writeLines(join(directory, `ratings-${rater}.jsonl`), lines);
  }
}

async function writeLines(file: string, records: readonly object[]): Promise<void> {
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}
