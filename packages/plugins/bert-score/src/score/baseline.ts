import { readFileSync } from "node:fs";
import { rarlError } from "@rarl-sdk/core";

/** Precision, recall and F1 of one comparison, or their means over unrelated texts. */
export interface BertScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Means over unrelated sentences at the published layer, by encoder and layer: precision, recall, F1.
 * Source: the baseline files of bert_score 0.3.12 (English; Chinese for bert-base-chinese).
 */
const published: Readonly<Record<string, readonly [number, number, number]>> = {
  "roberta-large_L17": [0.83150584, 0.8314941, 0.83122575],
  "roberta-large-mnli_L19": [0.6901594, 0.69018, 0.6896288],
  "roberta-base_L10": [0.8146725, 0.8146619, 0.814463],
  "distilroberta-base_L5": [0.84732, 0.84759504, 0.8473319],
  "bert-base-uncased_L9": [0.35375935, 0.3537393, 0.35219112],
  "bert-large-uncased_L18": [0.4278576, 0.42786714, 0.42646673],
  "bert-base-cased-finetuned-mrpc_L9": [0.55345184, 0.55342007, 0.5525519],
  "bert-base-multilingual-cased_L9": [0.6320527, 0.6320019, 0.63146895],
  "bert-base-chinese_L8": [0.54804957, 0.5480091, 0.54755783],
  scibert_scivocab_uncased_L8: [0.5335945, 0.5336341, 0.5322364],
  "distilbert-base-uncased_L5": [0.6666034, 0.66660464, 0.66620487],
  "distilbert-base-uncased-distilled-squad_L4": [0.6591859, 0.65919137, 0.65882134],
  "distilbert-base-multilingual-cased_L5": [0.8164157, 0.81645757, 0.81623197],
};

/** The published baseline of that encoder and layer, or undefined. */
export function publishedBaseline(encoderName: string, layer: number): BertScore | undefined {
  const key = `${encoderName}_L${layer}`;
  return Object.hasOwn(published, key) ? asScore(published[key]!) : undefined;
}

function asScore([precision, recall, f1]: readonly [number, number, number]): BertScore {
  return { precision, recall, f1 };
}

/**
 * The line of `layer` in a baseline file of bert_score's format: a header `LAYER,P,R,F` and a line a layer.
 * @throws RarlError `BASELINE_INVALID`
 */
export function readBaseline(file: string, layer: number): BertScore {
  const fail = (problem: string, cause?: unknown) =>
    rarlError("BASELINE_INVALID", { file, problem }, { cause });
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw fail(
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : String(error),
      error,
    );
  }
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines[0]?.replace(/\s/g, "") !== "LAYER,P,R,F") throw fail("its first line is not LAYER,P,R,F");
  const line = lines.slice(1).find((each) => each.split(",")[0]!.trim() === String(layer));
  if (line === undefined) throw fail(`it has no line for layer ${layer}`);
  const fields = line.split(",").map((field) => (field.trim() === "" ? NaN : Number(field)));
  const [, ...values] = fields;
  // At 1 the division by (1 − baseline) breaks down, above it the order of scores turns round.
  if (values.length !== 3 || !values.every((value) => Number.isFinite(value) && value < 1)) {
    throw fail(`the line of layer ${layer} is not three numbers below 1: "${line}"`);
  }
  return asScore(values as [number, number, number]);
}

/** Each measure on a scale where unrelated texts are at 0 and equal ones at 1: (x − b) / (1 − b). */
export function rescale(score: BertScore, baseline: BertScore): BertScore {
  const scaled = (value: number, base: number) => (value - base) / (1 - base);
  return {
    precision: scaled(score.precision, baseline.precision),
    recall: scaled(score.recall, baseline.recall),
    f1: scaled(score.f1, baseline.f1),
  };
}
