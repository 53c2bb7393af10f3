import type { EncodedSentence } from "./greedy-match.js";

/**
 * Encoded sentences by text, the least recently used dropped beyond a number of bytes. A sentence larger than that is
 * not kept at all.
 */
export class EmbeddingCache {
  private readonly entries = new Map<string, EncodedSentence>();
  private bytes = 0;

  constructor(private readonly capacityBytes: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(text: string): EncodedSentence | undefined {
    const found = this.entries.get(text);
    if (found !== undefined) {
      // A map keeps the order of insertion: the last used goes to the end.
      this.entries.delete(text);
      this.entries.set(text, found);
    }
    return found;
  }

  set(text: string, sentence: EncodedSentence): void {
    const size = sentence.embeddings.byteLength;
    if (size > this.capacityBytes) return;
    const old = this.entries.get(text);
    if (old !== undefined) this.bytes -= old.embeddings.byteLength;
    this.entries.delete(text);
    this.entries.set(text, sentence);
    this.bytes += size;
    for (const [key, entry] of this.entries) {
      if (this.bytes <= this.capacityBytes) break;
      this.entries.delete(key);
      this.bytes -= entry.embeddings.byteLength;
    }
  }
}
