import { span } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { PromptImage } from "./prompt.js";
import { SpillFolder } from "./spill-folder.js";
import type { VisionTower } from "./vision-tower.js";

export interface ImageCacheOptions {
  /** Embeddings kept in memory, bytes; what exceeds it goes to `directory`. */
  readonly memoryBytes: number;
  /** Embeddings kept on disk, bytes; what exceeds it is computed again. */
  readonly diskBytes: number;
  /** Folder below which this process spills. */
  readonly directory: string;
}

/**
 * Merged image embeddings of a frozen vision tower, computed once per image content and preprocessing, so that every
 * phase and every epoch shares them. Bounded in memory, from where the least recently used go to disk, and bounded
 * there.
 */
export class ImageEmbeddings {
  /** In order of last use. */
  private readonly inMemory = new Map<string, Tensor2D>();
  private readonly spilled: SpillFolder;
  private bytes = 0;

  constructor(
    private readonly tower: VisionTower,
    private readonly hidden: number,
    private readonly options: ImageCacheOptions,
  ) {
    this.spilled = new SpillFolder(options.directory, options.diskBytes);
  }

  /** Computes what is not yet known of `images`. */
  prepare(images: readonly PromptImage[]): void {
    const isKnown = ({ contentHash }: PromptImage) =>
      this.inMemory.has(contentHash) || this.spilled.has(contentHash);
    const fresh = new Map(
      images.filter((image) => !isKnown(image)).map((image) => [image.contentHash, image]),
    );
    for (const image of fresh.values()) this.compute(image);
  }

  /** Embeddings of `images` one after the other, `[Σ rows, hidden]`; null for none. The caller owns the tensor. */
  rows(images: readonly PromptImage[]): Tensor2D | null {
    if (images.length === 0) return null;
    this.prepare(images);
    // Taken one by one: fetching one image from disk may push another out.
    const parts = images.map((image) => this.take(image));
    const joined = tf.tidy(() => tf.concat(parts, 0));
    for (const part of parts) part.dispose();
    return joined;
  }

  /** A handle of the caller's own. */
  private take(image: PromptImage): Tensor2D {
    const { contentHash } = image;
    const known = this.inMemory.get(contentHash);
    if (known !== undefined) {
      this.inMemory.delete(contentHash);
      this.inMemory.set(contentHash, known);
      return tf.clone(known);
    }
    const values = this.spilled.read(contentHash);
    if (values === null) this.compute(image);
    else this.insert(contentHash, tf.tensor2d(values, [this.tower.mergedRows(image.grid), this.hidden]));
    // What came in last is never the one that is pushed out.
    return tf.clone(this.inMemory.get(contentHash)!);
  }

  /** One image a pass: a product's last places may depend on its rows, and an embedding must not on its company. */
  private compute(image: PromptImage): void {
    this.insert(
      image.contentHash,
      span("vision", () => this.tower.forward([image])),
    );
  }

  private insert(contentHash: string, tensor: Tensor2D): void {
    this.inMemory.set(contentHash, tf.keep(tensor));
    this.bytes += tensor.size * 4;
    for (const [oldest, evicted] of this.inMemory) {
      if (this.bytes <= this.options.memoryBytes || oldest === contentHash) break;
      if (!this.spilled.has(oldest)) this.spilled.write(oldest, evicted.dataSync<"float32">());
      this.inMemory.delete(oldest);
      this.bytes -= evicted.size * 4;
      evicted.dispose();
    }
  }

  dispose(): void {
    for (const tensor of this.inMemory.values()) tensor.dispose();
    this.inMemory.clear();
    this.bytes = 0;
    this.spilled.dispose();
  }
}
