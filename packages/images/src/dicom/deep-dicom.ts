import type { GreyWindow } from "@rarl-sdk/core";
import { unreadable, type DecodeTarget } from "../decode-target.js";
import { windowOver, type DeepGrey } from "../deep-grey.js";
import { decodeStored } from "./decode-dicom.js";
import { DicomProblem } from "./dicom-problem.js";
import { readGreyMapping, type GreyMapping } from "./grey-mapping.js";

/**
 * The values of a grey DICOM image of more than 8 bits, counted from the lowest. Null where greys are not a window of
 * linearly rescaled values: colours, tables, a sigmoid, or more than 65,536 values.
 * @throws RarlError `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export async function deepDicom(
  bytes: Uint8Array,
  target: DecodeTarget,
  window: GreyWindow | undefined,
): Promise<DeepGrey | null> {
  try {
    const { stored, header, image } = await decodeStored(bytes, target);
    if (!image.photometric.startsWith("MONOCHROME") || image.bitsStored <= 8) return null;
    const { modality, display, padding } = readGreyMapping(header.dataSet, image, window);
    if ("entries" in modality || modality.slope <= 0) return null;
    if (display !== null && ("entries" in display || display.function === "SIGMOID")) return null;

    const [lowest, highest] = range(stored, null);
    if (highest - lowest > 65535) return null;
    const data = Uint16Array.from(stored, (value) => value - lowest);
    const { slope, intercept } = modality;
    const [low, high] = range(stored, padding).map((value) => value * slope + intercept) as [number, number];
    return {
      data,
      width: image.columns,
      height: image.rows,
      slope,
      intercept: intercept + lowest * slope,
      window: display === null ? windowOver(low, high) : linear(display),
      isInverted: image.photometric === "MONOCHROME1",
    };
  } catch (error) {
    if (error instanceof DicomProblem) throw unreadable(target, error.message);
    throw error;
  }
}

/** A window of DICOM's LINEAR function, whose ends are half a value within its width, that shows the same. */
function linear({ center, width, function: shape }: GreyWindow & { readonly function: string }): GreyWindow {
  return shape === "LINEAR_EXACT" ? { center: center + 0.5, width: width + 1 } : { center, width };
}

/** Lowest and highest value that is not padding; of all values where all are. */
function range(stored: ArrayLike<number>, padding: GreyMapping["padding"]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < stored.length; index++) {
    const value = stored[index]!;
    if (padding !== null && value >= padding[0] && value <= padding[1]) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : range(stored, null);
}
