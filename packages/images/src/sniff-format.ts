const READABLE = ["JPEG", "PNG", "WebP", "GIF", "TIFF", "BMP", "DICOM"] as const;
export type ImageFormat = (typeof READABLE)[number];

export type Sniffed = { readonly format: ImageFormat } | { readonly reason: string };

/** A DICOM file begins with a preamble of so many bytes, which are of no meaning. */
const DICOM_PREAMBLE = 128;

/**
 * An image's format by its first bytes, or why it cannot be decoded. Only plain raster formats pass, so that a data
 * set cannot reach the interpreters of vector or document formats in the decoder.
 */
export function sniffFormat(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) return { reason: "the file is empty" };
  // First, since the preamble may hold a header of another format.
  if (ascii(bytes, DICOM_PREAMBLE, DICOM_PREAMBLE + 4) === "DICM") return { format: "DICOM" };
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { format: "JPEG" };
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { format: "PNG" };
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return { format: "WebP" };
  if (["GIF87a", "GIF89a"].includes(ascii(bytes, 0, 6))) return { format: "GIF" };
  if (["II*\0", "MM\0*"].includes(ascii(bytes, 0, 4))) return { format: "TIFF" };
  if (ascii(bytes, 0, 2) === "BM") return { format: "BMP" };
  return { reason: `its format is none of ${READABLE.join(", ")}` };
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((value, index) => bytes[index] === value);
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
