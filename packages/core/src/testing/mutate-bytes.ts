import type { RandomStream } from "../random/random-stream.js";

const extremes = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/**
 * A damaged copy of a file, for readers that must survive any: one to four times a flipped bit, a byte or a run of
 * bytes replaced, a piece taken out, doubled or exchanged, or the end cut off. The same random state damages alike.
 */
export function mutateBytes(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let mutated = Uint8Array.from(bytes);
  const times = 1 + random.integer(4);
  for (let time = 0; time < times && mutated.length > 1; time++) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, random: RandomStream): Uint8Array<ArrayBuffer> {
  const at = random.integer(bytes.length);
  const length = 1 + random.integer(Math.min(16, bytes.length - at));
  switch (random.integer(8)) {
    case 0:
    case 1:
      bytes[at]! ^= 1 << random.integer(8);
      return bytes;
    case 2:
      bytes[at] = random.integer(256);
      return bytes;
    case 3:
      return bytes.fill(extremes[random.integer(extremes.length)]!, at, at + length);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 6:
      bytes.copyWithin(random.integer(bytes.length), at, at + length);
      return bytes;
    default:
      return bytes.slice(0, at);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
