/**
 * The results of "RARL: Improving Medical VLM Reasoning and Generalization with Reinforcement Learning and LoRA under
 * Data and Hardware Constraints" (arXiv 2506.06600), in per cent, as published.
 */

/** One row of Table 2: CV-Bench with Qwen2-VL-2B-Instruct; `total` is over all questions. */
export interface PaperCvBenchRow {
  readonly method: string;
  readonly trainingSamples: number;
  /** In the order of `cvBenchTasks`. */
  readonly tasks: readonly [number, number, number, number];
  readonly total: number;
}

export const paperCvBench: readonly PaperCvBenchRow[] = [
  row("RL only, without LoRA (literature)", 15_000, [69.54, 61.84, 66.5, 65.5], 66.03),
  row("SFT", 500, [59.26, 52.61, 34.34, 38.33], 47.19),
  row("SFT", 1_000, [59.9, 51.54, 46.67, 46], 51.67),
  row("SFT", 5_000, [60.27, 65.54, 45.67, 42.83], 54.28),
  row("RL with LoRA", 500, [58.74, 54.19, 38, 41.23], 48.04),
  row("RL with LoRA", 1_000, [60.3, 57.23, 48.33, 47.47], 53.33),
  row("RL with LoRA", 5_000, [63.89, 68.61, 52.84, 50.83], 59.04),
  row("RL only, without LoRA", 5_000, [64.43, 65.65, 50.35, 55.71], 59.29),
];

function row(
  method: string,
  trainingSamples: number,
  tasks: PaperCvBenchRow["tasks"],
  total: number,
): PaperCvBenchRow {
  return { method, trainingSamples, tasks, total };
}

/** Columns of Tables 3 and 6. */
export const medicalSets = ["own", "vqa-rad", "slake", "vqa-med", "path-vqa"] as const;
export type MedicalSet = (typeof medicalSets)[number];

export const medicalSetTitles: Readonly<Record<MedicalSet, string>> = {
  own: "Own test set",
  "vqa-rad": "VQA-RAD",
  slake: "SLAKE",
  "vqa-med": "VQA-Med 2019",
  "path-vqa": "Path-VQA",
};

/** Reasoning and final score; reasoning is only graded where explanations are annotated. */
export type PaperScores = readonly [reasoning: number | null, prediction: number];

/** One grader's part of a row of Table 3 or 6. */
export interface PaperMedicalRow {
  readonly table: 3 | 6;
  readonly method: string;
  readonly grader: string;
  readonly scores: Readonly<Partial<Record<MedicalSet, PaperScores>>>;
}

const graders = ["GPT-4o mini", "Gemini 1.5 Flash", "human"] as const;

/** Own set by the three graders, then the other sets by the two judges. */
type OwnScores = readonly [PaperScores, PaperScores, PaperScores];
type OtherScores = readonly (readonly [number, number])[];

function medicalRows(
  table: 3 | 6,
  method: string,
  own: OwnScores,
  others: OtherScores,
): readonly PaperMedicalRow[] {
  return graders.map((grader, index) => {
    const scores: Partial<Record<MedicalSet, PaperScores>> = { own: own[index]! };
    medicalSets.slice(1).forEach((set, position) => {
      const final = others[position]?.[index];
      if (final !== undefined) scores[set] = [null, final];
    });
    return { table, method, grader, scores };
  });
}

export const paperMedical: readonly PaperMedicalRow[] = [
  ...medicalRows(3, "SFT", [[67.57, 64.86], [65.54, 62.21], [63.52, 60.81]], [[26.16, 22.37], [43.14, 42.89], [13.8, 11.43], [9.09, 8.88]]), // prettier-ignore
  ...medicalRows(3, "RL + LoRA", [[68.91, 61.49], [66.89, 60.81], [64.86, 62.84]], [[43.9, 42.13], [51.64, 52.02], [49.8, 49.2], [24.26, 23.05]]), // prettier-ignore
  ...medicalRows(6, "RARL + diversity, reasoning prompt", [[70.27, 64.86], [68.92, 64.86], [70.94, 65.54]], [[45.73, 44], [56.38, 54.71], [51.18, 50.47], [25.33, 24.78]]), // prettier-ignore
  ...medicalRows(6, "RARL + diversity, non-reasoning prompt", [[67.56, 61.49], [65.54, 61.49], [65.64, 60.81]], [[40.54, 40.21], [52.67, 52.55], [47.99, 46.31], [24, 23.72]]), // prettier-ignore
];
