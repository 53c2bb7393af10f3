import type { RandomStream } from "@rarl-sdk/core";
import sharp from "sharp";
import { between, fields, imageSize, sides, type Modality, type Scene } from "./scene.js";

/** Brightness of the healthy anatomy at a point relative to its centre, in pixels; black is 0 and white 1. */
type Anatomy = (x: number, y: number) => number;

/** 1 inside an ellipse around the origin, 0 outside, with a blurred edge `edge` pixels wide. */
function inside(x: number, y: number, radiusX: number, radiusY: number, edge: number): number {
  const distance = (1 - Math.hypot(x / radiusX, y / radiusY)) * Math.min(radiusX, radiusY);
  return Math.min(1, Math.max(0, distance / edge + 0.5));
}

function mix(below: number, above: number, share: number): number {
  return below + (above - below) * share;
}

/** Widths of blurred edges in pixels. Anatomy is softer than nodules, so that its shifts do not drown them. */
const anatomyEdge = 3;
const noduleEdge = 2;

const anatomies: Readonly<Record<Modality, Anatomy>> = {
  // Two dark lungs in bright tissue, crossed by faint ribs that sink to the outside.
  "X-ray": (x, y) => {
    const fromLung = Math.abs(x) - fields["X-ray"].offsetX;
    const rib = Math.max(0, Math.sin((2 * Math.PI * (y - 0.3 * Math.abs(x))) / 9)) ** 2;
    return mix(0.55, 0.3 + 0.03 * rib, inside(fromLung, y, 10, 20.5, anatomyEdge));
  },
  // A bright rim around a grey oval that a dark line divides.
  MRI: (x, y) => {
    const rim = mix(0.05, 0.7, inside(x, y, 24.5, 25.5, anatomyEdge));
    const midline = Math.min(1, Math.max(0, 1.5 - Math.abs(x)));
    return mix(rim, mix(0.36, 0.24, midline), inside(x, y, 21.5, 22.5, anatomyEdge));
  },
  // A wide disc with a bright spine below its middle.
  CT: (x, y) => {
    const disc = mix(0.05, 0.4, inside(x, y, 26, 21.5, anatomyEdge));
    return mix(disc, 0.8, inside(x, y - 15, 3.5, 3.5, anatomyEdge));
  },
};

/** Standard deviation of the noise, where black is 0 and white 1. */
const noise = 0.035;

/** Grey values `[56 * 56]` of the scene: moved by up to a pixel, with its own gain, offset and noise. */
export function drawRadiograph(scene: Scene, random: RandomStream): Uint8Array {
  const centreX = (imageSize - 1) / 2 + random.integer(3) - 1;
  const centreY = (imageSize - 1) / 2 + random.integer(3) - 1;
  const gain = between(random, 0.88, 1.12);
  const offset = between(random, -0.04, 0.04);
  const anatomy = anatomies[scene.modality];
  const pixels = new Uint8Array(imageSize * imageSize);
  for (let row = 0; row < imageSize; row++) {
    for (let column = 0; column < imageSize; column++) {
      const x = column - centreX;
      const y = row - centreY;
      let value = anatomy(x, y);
      for (const nodule of scene.nodules) {
        value +=
          nodule.amplitude * inside(x - nodule.x, y - nodule.y, nodule.radius, nodule.radius, noduleEdge);
      }
      const seen = gain * value + offset + noise * random.normal();
      pixels[row * imageSize + column] = Math.round(255 * Math.min(1, Math.max(0, seen)));
    }
  }
  return pixels;
}

/** The picture as a grey PNG. */
export async function encodePng(pixels: Uint8Array): Promise<Buffer> {
  return sharp(pixels, { raw: { width: imageSize, height: imageSize, channels: 1 } })
    .toColourspace("b-w")
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Nodules on each side of the picture. */
export function countBySide(scene: Scene): Readonly<Record<(typeof sides)[number], number>> {
  const count = (side: string) => scene.nodules.filter((nodule) => nodule.side === side).length;
  return { left: count("left"), right: count("right") };
}
