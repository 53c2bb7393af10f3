const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const HEADER_LENGTH = 13;

/**
 * A GIF whose first frame has no transparent index, so that a decoder gives those pixels their palette colour as
 * Pillow's `convert("RGB")` does, and does not lose it. The bytes are copied when something changes.
 */
export function opaqueGif(bytes: Uint8Array): Uint8Array {
  const flags = bytes[10] ?? 0;
  const globalPalette = (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
  let at = HEADER_LENGTH + globalPalette;
  while (bytes[at] === EXTENSION) {
    // Introducer, label, length of the block (4), flags.
    if (bytes[at + 1] === GRAPHIC_CONTROL && ((bytes[at + 3] ?? 0) & 1) === 1) {
      const copy = Uint8Array.from(bytes);
      copy[at + 3]! &= ~1;
      return copy;
    }
    at += 2;
    while ((bytes[at] ?? 0) !== 0) at += bytes[at]! + 1;
    at++;
  }
  return bytes;
}
