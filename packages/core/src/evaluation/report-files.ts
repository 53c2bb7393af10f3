import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { writeDirectoryAtomic } from "../files/atomic-directory.js";
import { writeFileAtomic } from "../files/atomic.js";
import { readJsonl } from "../files/jsonl-reader.js";
import type { EvaluationReport, Prediction } from "../hooks/run-hooks.js";
import type { Verdict } from "../contracts/judge.js";

/** Writes `report.json` and `predictions.jsonl` of an evaluation into the folder `directory`, all or nothing. */
export async function writeReport(directory: string, report: EvaluationReport): Promise<void> {
  await mkdir(join(directory, ".."), { recursive: true });
  await writeDirectoryAtomic(directory, async (temporary) => {
    const { label, metrics, groups, predictions } = report;
    await writeFileAtomic(
      join(temporary, "report.json"),
      `${JSON.stringify({ label, metrics, groups }, null, 2)}\n`,
    );
    const lines = predictions.map((prediction) => `${JSON.stringify(forFile(prediction))}\n`);
    await writeFileAtomic(join(temporary, "predictions.jsonl"), lines.join(""));
  });
}

/** Reads an evaluation back; images that were given as bytes come back as their labels. */
export async function readReport(directory: string): Promise<EvaluationReport | null> {
  const file = join(directory, "report.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  let report: Omit<EvaluationReport, "predictions">;
  try {
    report = JSON.parse(text) as Omit<EvaluationReport, "predictions">;
  } catch (error) {
    throw rarlError("JSONL_INVALID", { file, line: 1, reason: (error as Error).message }, { cause: error });
  }
  const predictions: Prediction[] = [];
  for await (const { value } of readJsonl(join(directory, "predictions.jsonl"))) {
    predictions.push(value as unknown as Prediction);
  }
  return { ...report, predictions };
}

/** Writes one judge's verdicts beside the predictions, one line a sample. */
export async function writeVerdicts(
  directory: string,
  judge: string,
  predictions: readonly Prediction[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const lines = predictions.map(
    ({ sample }, index) => `${JSON.stringify({ sampleId: sample.id, ...verdicts[index] })}\n`,
  );
  await writeFileAtomic(join(directory, `verdicts-${judge}.jsonl`), lines.join(""));
}

/** A prediction without the bytes of its images. */
function forFile(prediction: Prediction): Prediction {
  const images = prediction.sample.images.map((image) => ({
    path: "path" in image ? image.path : image.label,
  }));
  return { ...prediction, sample: { ...prediction.sample, images } };
}
