import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imageName, pixelsOf, recordsOf, splits, type DataRecord, type Split } from "./data-set.js";
import { corpusSize, poolSeries, poolSize, pretrainingCorpus } from "./pretraining-corpus.js";
import { encodePng } from "./radiograph.js";

/** Pictures drawn and encoded at the same time. */
const batch = 64;

async function writeImages(directory: string, series: string, count: number): Promise<void> {
  await mkdir(join(directory, "images"), { recursive: true });
  for (let first = 0; first < count; first += batch) {
    const indices = Array.from({ length: Math.min(batch, count - first) }, (_, offset) => first + offset);
    await Promise.all(
      indices.map(async (index) => {
        await writeFile(join(directory, imageName(series, index)), await encodePng(pixelsOf(series, index)));
      }),
    );
  }
}

/** JSON Lines, one record a line. */
export function jsonLines(records: Iterable<DataRecord>): string {
  return Array.from(records, (record) => `${JSON.stringify(record)}\n`).join("");
}

/** Writes `<split>.jsonl` and its images below `directory`. */
export async function writeSplit(directory: string, split: Split): Promise<void> {
  await writeImages(directory, split, splits[split]);
  await writeFile(join(directory, `${split}.jsonl`), jsonLines(recordsOf(split)));
}

/** The committed data: `train.jsonl`, `test.jsonl` and exactly their images. */
export async function writeCommittedData(directory: string): Promise<void> {
  await rm(join(directory, "images"), { recursive: true, force: true });
  await writeSplit(directory, "train");
  await writeSplit(directory, "test");
}

/** Writes `pretraining.jsonl` and the pool's images: about 17 MB of records and 20 MB of images. */
export async function writePretrainingCorpus(directory: string, count = corpusSize): Promise<void> {
  await writeImages(directory, poolSeries, Math.min(poolSize, count));
  await writeFile(join(directory, "pretraining.jsonl"), jsonLines(pretrainingCorpus(count)));
}
