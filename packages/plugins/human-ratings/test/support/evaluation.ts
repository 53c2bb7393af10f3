import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCompletion, type PredictionRecord } from "@rarl-sdk/core";
import { testSample } from "@rarl-sdk/core/testing";
import sharp from "sharp";

/** What a test says of one prediction; the rest is made up. */
export interface TestPrediction {
  readonly id: string;
  readonly completion: string;
  readonly reasoning?: string | null;
  readonly images?: readonly string[];
  readonly question?: string;
  readonly choices?: readonly string[];
}

/** A temporary folder for evaluations and their images. */
export class EvaluationFolders {
  private constructor(readonly root: string) {}

  static async create(): Promise<EvaluationFolders> {
    return new EvaluationFolders(await mkdtemp(join(tmpdir(), "rarl-ratings-")));
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Writes `predictions.jsonl` of a system and returns the folder. */
  async evaluation(system: string, predictions: readonly TestPrediction[]): Promise<string> {
    const folder = this.path(system);
    await mkdir(folder, { recursive: true });
    const lines = predictions.map((prediction) => `${JSON.stringify(recordOf(prediction))}\n`);
    await writeFile(join(folder, "predictions.jsonl"), lines.join(""));
    return folder;
  }

  /** An 8-bit grey PNG whose pixels are `value(x, y)`. */
  async image(
    name: string,
    width: number,
    height: number,
    value: (x: number, y: number) => number,
  ): Promise<string> {
    const pixels = Uint8Array.from({ length: width * height }, (_, at) =>
      value(at % width, Math.floor(at / width)),
    );
    const file = this.path(name);
    await sharp(pixels, { raw: { width, height, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toFile(file);
    return file;
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

function recordOf(prediction: TestPrediction): PredictionRecord {
  const { id, completion, reasoning, images = [], question, choices } = prediction;
  const { reasoning: annotated = "", ...sample } = testSample({ id });
  const { think, answer } = parseCompletion(completion);
  return {
    sample: {
      ...sample,
      images: images.map((path) => ({ path, sha256: null })),
      question: question ?? sample.question,
      meta: { ...sample.meta },
      ...(reasoning !== null && { reasoning: reasoning ?? annotated }),
      ...(choices !== undefined && { choices: [...choices] }),
    } as PredictionRecord["sample"],
    style: "reasoning",
    completion,
    think,
    answer,
    finishReason: "stop",
    tokens: 12,
    promptTokens: 30,
    rewards: {},
    reward: null,
    strict: false,
    lenient: false,
    scores: {},
  };
}
