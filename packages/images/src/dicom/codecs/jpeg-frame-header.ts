/** What a JPEG or JPEG-LS stream says of its image. */
export interface JpegFrameHeader {
  /** Low byte of the start-of-frame marker: 0xc0 baseline, 0xc3 lossless, 0xf7 JPEG-LS, … */
  readonly marker: number;
  readonly bits: number;
  readonly height: number;
  readonly width: number;
  readonly components: number;
}

const START_OF_IMAGE = 0xffd8;
const START_OF_SCAN = 0xda;
/** C0 to CF but DHT, JPG and DAC; F7 of JPEG-LS. */
const FRAME_MARKERS = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7,
]);

/** The frame header of a JPEG stream (T.81, B.2.2), or null when there is none before the first scan. */
export function readJpegFrameHeader(bytes: Uint8Array): JpegFrameHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== START_OF_IMAGE) return null;
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN) return null;
    if (FRAME_MARKERS.has(marker)) {
      return {
        marker,
        bits: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
