import type { RandomState, RandomStream } from "./random-stream.js";

/**
 * Philox 4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
 * (SC 2011). The state is a key and a position, so a stream is restored without replaying it.
 */
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** Four unsigned 32-bit outputs for a counter `[4]` and a key `[2]`. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = multiplyHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a over the UTF-8 bytes of `text`, starting from `seed`. */
function hash32(text: string, seed: number): number {
  let hash = seed >>> 0;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

class PhiloxStream implements RandomStream {
  private block: [number, number, number, number] = [0, 0, 0, 0];
  private blockIndex = -1;

  constructor(
    private readonly key: readonly [number, number],
    private position: number,
  ) {}

  private next(): number {
    const index = Math.floor(this.position / 4);
    if (index !== this.blockIndex) {
      this.block = philox4x32([index >>> 0, Math.floor(index / 2 ** 32), 0, 0], this.key);
      this.blockIndex = index;
    }
    return this.block[this.position++ % 4]!;
  }

  uniform(): number {
    return this.next() / 2 ** 32;
  }

  normal(): number {
    // Box–Muller; 1 − u keeps the logarithm finite. The second number of the pair is not kept: no hidden state.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }

  fork(purpose: string | number): RandomStream {
    const name = String(purpose);
    // Mixing through the generator itself: nearby keys and names give unrelated streams.
    const [k0, k1] = philox4x32(
      [hash32(name, 0x811c9dc5), hash32(name, 0x01000193), name.length, 1],
      this.key,
    );
    return new PhiloxStream([k0, k1], 0);
  }

  state(): RandomState {
    return { key: this.key, position: this.position };
  }
}

/** The root stream of a run. `seed` is any safe integer. */
export function randomStream(seed: number): RandomStream {
  return new PhiloxStream([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0], 0);
}

/** Continues a stream from a saved state. */
export function restoreRandomStream(state: RandomState): RandomStream {
  return new PhiloxStream(state.key, state.position);
}
