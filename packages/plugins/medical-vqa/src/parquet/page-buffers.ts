import type { BytePage } from "./byte-page.js";
import type { DataPage } from "./page-table.js";

/** Of all pages that are kept; the last one may be larger alone. */
const KEPT_LIMIT = 2 ** 25;
const KEPT_PAGES = 8;
const MEBIBYTE = 2 ** 20;

interface Kept {
  readonly page: DataPage;
  readonly content: BytePage;
  /** What the page fills, if it was taken from here. */
  readonly buffer: Uint8Array | null;
}

/**
 * The pages of images read last, of all files together, in buffers that are used again: a page may have many megabytes,
 * and the collector lets several of them pile up before it takes one. What is read from a page has to be copied.
 */
export class PageBuffers {
  /** The one used last stands last. */
  readonly #kept: Kept[] = [];
  #compressed: Uint8Array = new Uint8Array();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `use` when the ones before it are through, since buffers are shared. */
  async alone<Result>(use: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(use);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** A buffer of `length` bytes for compressed data, until it is next asked for. */
  compressed(length: number): Uint8Array {
    if (this.#compressed.length < length) this.#compressed = reserve(length);
    const buffer = this.#compressed;
    // A huge one is not kept for the sake of those after it.
    if (length > KEPT_LIMIT) this.#compressed = new Uint8Array();
    return buffer.subarray(0, length);
  }

  /** A buffer of `length` bytes or more for a page to keep; others may have to go. */
  claim(length: number): Uint8Array {
    while (this.#kept.length > 0 && (this.#kept.length >= KEPT_PAGES || this.#size + length > KEPT_LIMIT)) {
      const { buffer } = this.#kept.shift()!;
      // A far larger one is let go.
      if (buffer !== null && buffer.length >= length && buffer.length <= 2 * length + MEBIBYTE) return buffer;
    }
    return reserve(length);
  }

  keep(page: DataPage, content: BytePage, buffer: Uint8Array | null): void {
    this.#kept.push({ page, content, buffer });
    while (this.#kept.length > 1 && this.#size > KEPT_LIMIT) this.#kept.shift();
  }

  find(page: DataPage): BytePage | null {
    const index = this.#kept.findIndex((kept) => kept.page === page);
    if (index < 0) return null;
    const [kept] = this.#kept.splice(index, 1);
    this.#kept.push(kept!);
    return kept!.content;
  }

  get #size(): number {
    return this.#kept.reduce((sum, { buffer, content }) => sum + (buffer ?? content.body).length, 0);
  }
}

/** Somewhat larger, as the next page may be. */
function reserve(length: number): Uint8Array {
  return Buffer.allocUnsafeSlow(Math.ceil((length * 1.05) / MEBIBYTE) * MEBIBYTE);
}

export const pageBuffers = new PageBuffers();
