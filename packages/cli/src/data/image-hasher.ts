import { isRarlError, type ImageSource, type Sample } from "@rarl-sdk/core";
import { decodeImage, imageLabel, perceptualHash, pixelHash } from "@rarl-sdk/images";

export interface ImageHashes {
  /** Of size and pixels, hex. */
  readonly pixels: string;
  readonly perceptual: Uint32Array;
}

/** An image that cannot be used, and where it is named. */
export interface ImageProblem {
  readonly file: string;
  readonly record: number;
  readonly sample: string;
  readonly message: string;
}

/** Decodes images, each once, and remembers their hashes. */
export class ImageHasher {
  readonly #known = new Map<string, ImageHashes | null>();
  readonly problems: ImageProblem[] = [];

  /** Null of an image that cannot be decoded, which is noted as a problem. */
  async hash(image: ImageSource, { id, origin }: Sample): Promise<ImageHashes | null> {
    const key = imageKey(image);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let hashes: ImageHashes | null = null;
    try {
      const pixels = await decodeImage(image);
      hashes = { pixels: pixelHash(pixels), perceptual: perceptualHash(pixels) };
    } catch (error) {
      if (!isRarlError(error)) throw error;
      this.problems.push({ ...origin, sample: id, message: error.message });
    }
    this.#known.set(key, hashes);
    return hashes;
  }

  /** Places whose picture stands in an earlier one too. */
  get copies(): number {
    const found = [...this.#known.values()].filter((hashes) => hashes !== null);
    return found.length - new Set(found.map(({ pixels }) => pixels)).size;
  }
}

/** The place an image stands in; with its window, which changes what is seen. */
export function imageKey(image: ImageSource): string {
  const { window } = image;
  return imageLabel(image) + (window === undefined ? "" : ` ${window.center}/${window.width}`);
}
