import type { DataSet } from "dicom-parser";
import { DicomProblem } from "./dicom-problem.js";

const photometrics = [
  "MONOCHROME1",
  "MONOCHROME2",
  "PALETTE COLOR",
  "RGB",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_ICT",
  "YBR_RCT",
] as const;

export type Photometric = (typeof photometrics)[number];

/** The image pixel module (PS3.3, C.7.6.3). */
export interface ImageAttributes {
  readonly rows: number;
  readonly columns: number;
  /** 1 or 3. */
  readonly samplesPerPixel: number;
  readonly photometric: Photometric;
  /** Whether colours lie plane after plane. */
  readonly isPlanar: boolean;
  /** 8, 16 or 32. */
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
}

/** @throws DicomProblem */
export function readImageAttributes(dataSet: DataSet): ImageAttributes {
  const number = (tag: string, name: string): number => {
    const value = dataSet.uint16(tag);
    if (value === undefined) throw new DicomProblem(`it holds no image: ${name} is missing`);
    return value;
  };
  const rows = number("x00280010", "Rows");
  const columns = number("x00280011", "Columns");
  if (rows === 0 || columns === 0) throw new DicomProblem("it has no rows or no columns");
  const frames = dataSet.intString("x00280008") ?? 1;
  if (frames > 1)
    throw new DicomProblem(`it has ${frames} frames; export the one to use as an image of its own`);

  const samplesPerPixel = dataSet.uint16("x00280002") ?? 1;
  const written = dataSet.string("x00280004")?.trim();
  const photometric = photometrics.find((known) => known === written);
  if (photometric === undefined)
    throw new DicomProblem(`its photometric interpretation is none of ${photometrics.join(", ")}`);
  const isGrey = photometric.startsWith("MONOCHROME") || photometric === "PALETTE COLOR";
  if (samplesPerPixel !== (isGrey ? 1 : 3))
    throw new DicomProblem(`${photometric} with ${samplesPerPixel} samples a pixel contradicts itself`);

  const bitsAllocated = number("x00280100", "BitsAllocated");
  const bitsStored = dataSet.uint16("x00280101") ?? bitsAllocated;
  const highBit = dataSet.uint16("x00280102") ?? bitsStored - 1;
  const isWhole = [8, 16, 32].includes(bitsAllocated);
  if (
    !isWhole ||
    bitsStored < 1 ||
    bitsStored > bitsAllocated ||
    highBit >= bitsAllocated ||
    highBit + 1 < bitsStored
  )
    throw new DicomProblem(
      `pixels of ${bitsStored} bits up to bit ${highBit} in ${bitsAllocated} are not read; 8, 16 or 32 bits are`,
    );
  if (!isGrey && bitsAllocated !== 8)
    throw new DicomProblem(`colours of ${bitsAllocated} bits are not read; 8 bits are`);
  return {
    rows,
    columns,
    samplesPerPixel,
    photometric,
    isPlanar: dataSet.uint16("x00280006") === 1,
    bitsAllocated,
    bitsStored,
    highBit,
    isSigned: dataSet.uint16("x00280103") === 1,
  };
}
