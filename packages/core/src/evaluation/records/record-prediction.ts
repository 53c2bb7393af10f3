import { createHash } from "node:crypto";
import { access, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ImageSource } from "../../contracts/sample.js";
import { writeFileAtomic } from "../../files/atomic.js";
import type { Prediction } from "../../hooks/run-hooks.js";
import type { PredictionRecord } from "./prediction-record.js";

type RecordedImage = PredictionRecord["sample"]["images"][number];

/**
 * Makes records of predictions for one evaluation folder. An image that came as bytes is written to `images/` there,
 * once, so that whoever reads the record can look at it.
 */
export class PredictionRecorder {
  private readonly byPath = new Map<string, Promise<RecordedImage>>();

  constructor(private readonly directory: string) {}

  /** @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL` */
  async record(prediction: Prediction): Promise<PredictionRecord> {
    const { images, ...sample } = prediction.sample;
    // One after another: two of the same bytes would be written to the same file at once.
    const recorded: RecordedImage[] = [];
    for (const image of images) {
      const { window } = image;
      recorded.push({ ...(await this.image(image)), ...(window !== undefined && { window }) });
    }
    const { choices, ...rest } = sample;
    return {
      ...prediction,
      rewards: { ...prediction.rewards },
      scores: { ...prediction.scores },
      sample: {
        ...rest,
        meta: { ...sample.meta },
        images: recorded,
        ...(choices !== undefined && { choices: [...choices] }),
      },
    };
  }

  private async image(image: ImageSource): Promise<RecordedImage> {
    if ("bytes" in image) return this.store(image.bytes, image.label);
    if ("read" in image) return this.store(await image.read(), image.label);
    const path = resolve(image.path);
    const hashed = this.byPath.get(path) ?? hashFile(path);
    this.byPath.set(path, hashed);
    return hashed;
  }

  private async store(bytes: Uint8Array, label: string): Promise<RecordedImage> {
    const sha256 = sha256Of(bytes);
    // A DICOM header names the patient, so the file is not copied.
    if (isDicom(bytes)) return { path: label, sha256 };
    const path = join("images", `${sha256}.${extensionOf(bytes)}`);
    const target = join(this.directory, path);
    const isThere = await access(target).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      await mkdir(join(this.directory, "images"), { recursive: true });
      await writeFileAtomic(target, bytes);
    }
    return { path, sha256 };
  }
}

async function hashFile(path: string): Promise<RecordedImage> {
  const bytes = await readFile(path).catch(() => null);
  return { path, sha256: bytes && sha256Of(bytes) };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const signatures: readonly (readonly [string, readonly number[]])[] = [
  ["png", [0x89, 0x50, 0x4e, 0x47]],
  ["jpg", [0xff, 0xd8, 0xff]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
  ["webp", [0x52, 0x49, 0x46, 0x46]],
  ["bmp", [0x42, 0x4d]],
  ["tiff", [0x49, 0x49, 0x2a, 0x00]],
  ["tiff", [0x4d, 0x4d, 0x00, 0x2a]],
];

/** Of the encoding that the first bytes announce. */
function extensionOf(bytes: Uint8Array): string {
  const found = signatures.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
  return found?.[0] ?? "bin";
}

/** Behind a preamble of 128 bytes (PS3.10, 7.1). */
function isDicom(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(128, 132)) === "DICM";
}
