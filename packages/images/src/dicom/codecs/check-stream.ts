import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";

/** Size and depth as the compressed stream tells them. */
export interface StreamSize {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
}

/**
 * Refuses a stream of another image than the header describes, before a decoder reserves memory by it.
 * @throws DicomProblem
 */
export function checkStream(
  stream: StreamSize | null,
  { columns, rows, samplesPerPixel, bitsAllocated }: ImageAttributes,
): asserts stream {
  if (stream === null) throw new DicomProblem("its compressed pixel data are damaged");
  const { width, height, components, bits } = stream;
  if (width !== columns || height !== rows || components !== samplesPerPixel || bits > bitsAllocated) {
    throw new DicomProblem(
      `its header says ${columns} x ${rows} pixels of ${samplesPerPixel} x ${bitsAllocated} bits, ` +
        `its compressed data ${width} x ${height} of ${components} x ${bits}`,
    );
  }
}
