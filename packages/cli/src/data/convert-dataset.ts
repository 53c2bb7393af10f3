import { createHash } from "node:crypto";
import { mkdir, open, writeFile } from "node:fs/promises";
import path from "node:path";
import { isRarlError, type Dataset, type ImageSource, type Sample } from "@rarl-sdk/core";
import { decodeImage, encodePng, readImage, sniffFormat } from "@rarl-sdk/images";
import type { ImageProblem } from "./image-hasher.js";

export interface Conversion {
  readonly written: number;
  /** Bad records of the source. */
  readonly setAside: number;
  readonly leftOut: number;
  /** Samples whose image could not be read or decoded; they are not written. */
  readonly imageProblems: readonly ImageProblem[];
  /** Files in the folder `images`; the same picture is written once. */
  readonly images: number;
}

const extensions: Readonly<Record<string, string>> = {
  JPEG: "jpg",
  PNG: "png",
  WebP: "webp",
  GIF: "gif",
  TIFF: "tiff",
  BMP: "bmp",
};

/**
 * Writes a data set in the native form into an existing empty folder: `data.jsonl`, `images/`, and `conversion.json`
 * with the counts and every problem. Images keep their bytes; DICOM becomes PNG with the window applied, since a
 * header names the patient. One sample is held at a time.
 * @throws RarlError what reading the source throws
 */
export async function convertDataset(dataset: Dataset, folder: string): Promise<Conversion> {
  await mkdir(path.join(folder, "images"));
  const files = new Set<string>();
  const imageProblems: ImageProblem[] = [];
  let written = 0;
  const output = await open(path.join(folder, "data.jsonl"), "w");
  try {
    for await (const sample of dataset) {
      const images: string[] = [];
      try {
        for (const image of sample.images) images.push(await writeImage(image, folder, files));
      } catch (error) {
        if (!isRarlError(error) || error.kind !== "data") throw error;
        imageProblems.push({ ...sample.origin, sample: sample.id, message: error.message });
        continue;
      }
      await output.write(`${JSON.stringify(nativeRecord(sample, images))}\n`);
      written++;
    }
  } finally {
    await output.close();
  }
  const { name, fingerprint, problems, leftOut = 0 } = dataset;
  const conversion = { written, setAside: problems.length, leftOut, imageProblems, images: files.size };
  const report = { source: { name, fingerprint }, ...conversion, problems };
  await writeFile(path.join(folder, "conversion.json"), `${JSON.stringify(report, null, 2)}\n`);
  return conversion;
}

/** Writes an image unless it is there, and returns its path from the data file. */
async function writeImage(image: ImageSource, folder: string, files: Set<string>): Promise<string> {
  const stored = await readImage(image);
  const sniffed = sniffFormat(stored);
  const extension = "format" in sniffed ? extensions[sniffed.format] : undefined;
  // Also where the format is unknown: decoding says what is wrong.
  const bytes = extension === undefined ? await encodePng(await decodeImage(image)) : stored;
  const name = `${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}.${extension ?? "png"}`;
  const place = `images/${name}`;
  if (!files.has(name)) {
    await writeFile(path.join(folder, place), bytes);
    files.add(name);
  }
  return place;
}

function nativeRecord(sample: Sample, images: readonly string[]): object {
  const { id, question, answer, reasoning, kind, choices, meta } = sample;
  const [first] = images;
  return {
    id,
    ...(images.length > 1 ? { images } : first === undefined ? {} : { image: first }),
    question,
    answer,
    ...(reasoning !== undefined && { reasoning }),
    kind,
    ...(choices !== undefined && { choices }),
    ...(Object.keys(meta).length > 0 && { meta }),
  };
}
