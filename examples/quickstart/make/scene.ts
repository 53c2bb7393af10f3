import type { RandomStream } from "@rarl-sdk/core";

export const modalities = ["X-ray", "MRI", "CT"] as const;
export type Modality = (typeof modalities)[number];

export const sides = ["left", "right"] as const;
/** The side of the picture as it is looked at, not the patient's. */
export type Side = (typeof sides)[number];

export type NoduleSize = "small" | "large";

/** Width and height of every image in pixels: 4×4 patches of 14, so 4 image tokens. */
export const imageSize = 56;

export interface Nodule {
  readonly side: Side;
  /** Centre in pixels, relative to the centre of the anatomy; x to the right, y down. */
  readonly x: number;
  readonly y: number;
  /** Pixels. */
  readonly radius: number;
  /** Brightness added to the tissue below, where black is 0 and white 1. */
  readonly amplitude: number;
}

/** Everything that is true about one picture, before the scanner adds its gain, offset and noise. */
export interface Scene {
  readonly modality: Modality;
  /** Shared by all nodules of a picture; `none` without any. */
  readonly size: NoduleSize | "none";
  readonly nodules: readonly Nodule[];
}

/** Where nodules grow on one side: an ellipse `offsetX` pixels beside the centre, well inside the anatomy. */
export interface Field {
  readonly offsetX: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

export const fields: Readonly<Record<Modality, Field>> = {
  "X-ray": { offsetX: 12.5, radiusX: 8.5, radiusY: 20 },
  MRI: { offsetX: 10.5, radiusX: 8, radiusY: 18.5 },
  CT: { offsetX: 12.5, radiusX: 8, radiusY: 18.5 },
};

/** Share of the pictures with 0, 1, 2 and 3 nodules. */
const countShares = [0.25, 0.3, 0.3, 0.15] as const;
const radii: Readonly<Record<NoduleSize, readonly [number, number]>> = { small: [2, 2.6], large: [4.2, 5.2] };
const amplitudes = [0.34, 0.46] as const;
/** Pixels of healthy tissue between two nodules. */
const gap = 1;
/** Pixels between a nodule and the edge of its field. */
const margin = 2;

export function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** Index drawn with the given shares, which sum to 1. */
export function drawIndex(random: RandomStream, shares: readonly number[]): number {
  let rest = random.uniform();
  for (let index = 0; index < shares.length - 1; index++) {
    rest -= shares[index]!;
    if (rest < 0) return index;
  }
  return shares.length - 1;
}

function drawNodule(random: RandomStream, field: Field, size: NoduleSize): Nodule {
  const side = sides[random.integer(2)]!;
  const radius = between(random, ...radii[size]);
  const amplitude = between(random, ...amplitudes);
  for (;;) {
    const x = between(random, -1, 1);
    const y = between(random, -1, 1);
    if (x * x + y * y > 1) continue;
    const centre = side === "left" ? -field.offsetX : field.offsetX;
    return {
      side,
      x: centre + x * (field.radiusX - margin - radius),
      y: y * (field.radiusY - margin - radius),
      radius,
      amplitude,
    };
  }
}

function overlap(a: Nodule, b: Nodule): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < a.radius + b.radius + gap;
}

/** Draws what is true about one picture. */
export function drawScene(random: RandomStream): Scene {
  const modality = modalities[random.integer(modalities.length)]!;
  const count = drawIndex(random, countShares);
  if (count === 0) return { modality, size: "none", nodules: [] };
  const size = random.uniform() < 0.5 ? "small" : "large";
  // Sides are drawn once and kept while places are tried again: crowded sides must not become rarer.
  const nodules: Nodule[] = [];
  while (nodules.length < count) nodules.push(drawNodule(random, fields[modality], size));
  while (nodules.some((nodule, index) => nodules.slice(0, index).some((other) => overlap(nodule, other)))) {
    for (const [index, { side }] of nodules.entries()) {
      do nodules[index] = drawNodule(random, fields[modality], size);
      while (nodules[index].side !== side);
    }
  }
  return { modality, size, nodules };
}
