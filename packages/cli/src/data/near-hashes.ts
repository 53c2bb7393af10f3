import { hashDistance } from "@rarl-sdk/images";

/** Pieces of 16 bits of a hash of 256. */
const PIECES = 16;

/**
 * Finds hashes within a distance. Of two hashes that differ in at most `limit` bits, less than 16, one of 16 pieces is
 * equal, so only those that share a piece are compared; with a larger limit all are.
 */
export class NearHashes<Item> {
  readonly #all: { readonly hash: Uint32Array; readonly item: Item }[] = [];
  readonly #byPiece = new Map<number, number[]>();

  constructor(private readonly limit: number) {}

  add(hash: Uint32Array, item: Item): void {
    const index = this.#all.push({ hash, item }) - 1;
    for (const piece of pieces(hash)) {
      const found = this.#byPiece.get(piece);
      if (found === undefined) this.#byPiece.set(piece, [index]);
      else found.push(index);
    }
  }

  find(hash: Uint32Array): Item[] {
    const candidates =
      this.limit < PIECES
        ? new Set(pieces(hash).flatMap((piece) => this.#byPiece.get(piece) ?? []))
        : this.#all.keys();
    const found: Item[] = [];
    for (const index of candidates) {
      const { hash: other, item } = this.#all[index]!;
      if (hashDistance(hash, other) <= this.limit) found.push(item);
    }
    return found;
  }
}

/** Each piece with its place, as one number. */
function pieces(hash: Uint32Array): number[] {
  return Array.from({ length: PIECES }, (_, place) => {
    const word = hash[place >>> 1]!;
    return place * 2 ** 16 + (place % 2 === 0 ? word & 0xffff : word >>> 16);
  });
}
