/** How the decoder's samples are to be read. */
export type SampleLayout = "grey" | "grey16" | "greyAlpha16" | "rgb" | "rgb16" | "cmyk";

/**
 * Decoded samples to bytes of RGB as Pillow's `convert("RGB")` makes them: alpha is dropped and not composited, grey is
 * replicated, 16-bit colour keeps its high byte, 16-bit grey is clipped at 255, CMYK is multiplied out without a
 * profile. `channels` may exceed what the layout needs; the rest is alpha.
 */
export function toRgb(samples: Uint8Array | Uint16Array, channels: number, layout: SampleLayout): Uint8Array {
  const pixels = samples.length / channels;
  const out = new Uint8Array(pixels * 3);
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel++, from += channels, to += 3) {
    const first = samples[from]!;
    switch (layout) {
      case "grey":
        out.fill(first, to, to + 3);
        break;
      case "grey16":
        // Not a scaling: Pillow's I;16 to RGB saturates.
        out.fill(Math.min(first, 255), to, to + 3);
        break;
      case "greyAlpha16":
        out.fill(first >> 8, to, to + 3);
        break;
      case "rgb":
        out[to] = first;
        out[to + 1] = samples[from + 1]!;
        out[to + 2] = samples[from + 2]!;
        break;
      case "rgb16":
        out[to] = first >> 8;
        out[to + 1] = samples[from + 1]! >> 8;
        out[to + 2] = samples[from + 2]! >> 8;
        break;
      case "cmyk": {
        const light = 255 - samples[from + 3]!;
        out[to] = Math.max(0, light - timesOver255(first, light));
        out[to + 1] = Math.max(0, light - timesOver255(samples[from + 1]!, light));
        out[to + 2] = Math.max(0, light - timesOver255(samples[from + 2]!, light));
      }
    }
  }
  return out;
}

/** The rounded product of two bytes over 255, by the usual shift formula. */
function timesOver255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
