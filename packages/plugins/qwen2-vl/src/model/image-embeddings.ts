import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { span } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { PromptImage } from "./prompt.js";
import type { ImagePatches, VisionTower } from "./vision-tower.js";

/** Patches that go through the tower in one pass when many images are new. */
const PATCHES_PER_PASS = 4096;

export interface ImageCacheOptions {
  /** Embeddings kept in memory, bytes; what exceeds it goes to `directory`. */
  readonly memoryBytes: number;
  /** Folder for spilled embeddings, private to this checkpoint; created when first needed. */
  readonly directory: string;
}

/**
 * Merged image embeddings of a frozen vision tower, computed once per image content and preprocessing. Bounded in
 * memory, least recently used first to disk, so that every phase and every epoch shares them.
 */
export class ImageEmbeddings {
  /** In order of last use. */
  private readonly inMemory = new Map<string, Tensor2D>();
  private bytes = 0;

  constructor(
    private readonly tower: VisionTower,
    private readonly hidden: number,
    private readonly options: ImageCacheOptions,
  ) {}

  private has({ contentHash, grid }: PromptImage): boolean {
    const elements = this.tower.mergedRows(grid) * this.hidden;
    return this.inMemory.has(contentHash) || this.isSpilled(contentHash, elements);
  }

  /** Whether the disk holds the whole of it; a file that a crash left short does not count. */
  private isSpilled(contentHash: string, elements: number): boolean {
    return statSync(this.file(contentHash), { throwIfNoEntry: false })?.size === elements * 4;
  }

  /** Computes what is not yet known of `images`. */
  prepare(images: readonly PromptImage[]): void {
    const fresh = new Map(
      images.filter((image) => !this.has(image)).map((image) => [image.contentHash, image]),
    );
    for (const batch of batches([...fresh.values()])) {
      const embeddings = span("vision", () => this.tower.forward(batch));
      let start = 0;
      for (const image of batch) {
        const rows = this.tower.mergedRows(image.grid);
        const from = start;
        this.insert(
          image.contentHash,
          tf.tidy(() => tf.slice(embeddings, [from, 0], [rows, this.hidden])),
        );
        start += rows;
      }
      embeddings.dispose();
    }
  }

  /** Embeddings of `images` one after the other, `[Σ rows, hidden]`; null for none. The caller owns the tensor. */
  rows(images: readonly PromptImage[]): Tensor2D | null {
    if (images.length === 0) return null;
    this.prepare(images);
    // Taken one by one: fetching one image from disk may push another out.
    const parts = images.map(({ contentHash, grid }) => this.take(contentHash, this.tower.mergedRows(grid)));
    const joined = tf.tidy(() => tf.concat(parts, 0));
    for (const part of parts) part.dispose();
    return joined;
  }

  /** A handle of the caller's own. */
  private take(contentHash: string, rows: number): Tensor2D {
    let tensor = this.inMemory.get(contentHash);
    if (tensor === undefined) {
      const bytes = readFileSync(this.file(contentHash));
      const values = new Float32Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      );
      tensor = tf.keep(tf.tensor2d(values, [rows, this.hidden]));
      this.insert(contentHash, tensor);
      return tf.clone(tensor);
    }
    this.inMemory.delete(contentHash);
    this.inMemory.set(contentHash, tensor);
    return tf.clone(tensor);
  }

  private insert(contentHash: string, tensor: Tensor2D): void {
    this.inMemory.set(contentHash, tf.keep(tensor));
    this.bytes += tensor.size * 4;
    for (const [oldest, evicted] of this.inMemory) {
      if (this.bytes <= this.options.memoryBytes || oldest === contentHash) break;
      this.spill(oldest, evicted);
      this.inMemory.delete(oldest);
      this.bytes -= evicted.size * 4;
      evicted.dispose();
    }
  }

  private spill(contentHash: string, tensor: Tensor2D): void {
    if (this.isSpilled(contentHash, tensor.size)) return;
    const file = this.file(contentHash);
    mkdirSync(this.options.directory, { recursive: true });
    const temporary = `${file}.${String(process.pid)}`;
    const values = tensor.dataSync<"float32">();
    try {
      writeFileSync(temporary, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), {
        flush: true,
      });
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  private file(contentHash: string): string {
    return join(this.options.directory, `${createHash("sha256").update(contentHash).digest("hex")}.f32`);
  }

  dispose(): void {
    for (const tensor of this.inMemory.values()) tensor.dispose();
    this.inMemory.clear();
    this.bytes = 0;
  }
}

/** Consecutive images with at most `PATCHES_PER_PASS` patches together, or one larger image alone. */
function batches<Image extends ImagePatches>(images: readonly Image[]): Image[][] {
  const result: Image[][] = [];
  let patches = Infinity;
  for (const image of images) {
    const [frames, height, width] = image.grid;
    const count = frames * height * width;
    if (patches + count > PATCHES_PER_PASS) {
      result.push([]);
      patches = 0;
    }
    result.at(-1)!.push(image);
    patches += count;
  }
  return result;
}
