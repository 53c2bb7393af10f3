import type { GreyWindow } from "@rarl-sdk/core";
import type { DataSet } from "dicom-parser";
import { readLut, type LookupTable } from "./lookup-table.js";
import type { ImageAttributes } from "./image-attributes.js";

type WindowFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

/** How stored values of a grey image become what is shown (PS3.3, C.11.1 and C.11.2). */
export interface GreyMapping {
  readonly modality: LookupTable | { readonly slope: number; readonly intercept: number };
  /** Null shows the range of the values that are not padding. */
  readonly display: LookupTable | (GreyWindow & { readonly function: WindowFunction }) | null;
  /** Stored values, first to last, that mean that there is no pixel. */
  readonly padding: readonly [number, number] | null;
}

/** The mapping that the file asks for, with `window` in place of the file's own when given. */
export function readGreyMapping(
  dataSet: DataSet,
  image: ImageAttributes,
  window: GreyWindow | undefined,
): GreyMapping {
  const modalityLut = readLut(dataSet, "x00283000", image.isSigned);
  const slope = finite(dataSet.floatString("x00281053")) ?? 1;
  const intercept = finite(dataSet.floatString("x00281052")) ?? 0;
  const modality = modalityLut ?? { slope, intercept };
  // After a modality table its values are unsigned.
  const isSigned = modalityLut === null && (image.isSigned || intercept < 0);
  return { modality, display: readDisplay(dataSet, isSigned, window), padding: readPadding(dataSet, image) };
}

function readDisplay(
  dataSet: DataSet,
  isSigned: boolean,
  window: GreyWindow | undefined,
): GreyMapping["display"] {
  if (window !== undefined) return { ...window, function: "LINEAR" };
  const lut = readLut(dataSet, "x00283010", isSigned);
  if (lut !== null) return lut;
  // Of several windows the first.
  const center = finite(dataSet.floatString("x00281050", 0));
  const width = finite(dataSet.floatString("x00281051", 0));
  const written = dataSet.string("x00281056")?.trim();
  const shape = written === "LINEAR_EXACT" || written === "SIGMOID" ? written : "LINEAR";
  const isUsable = width !== undefined && (shape === "LINEAR" ? width >= 1 : width > 0);
  return center === undefined || !isUsable ? null : { center, width, function: shape };
}

function readPadding(dataSet: DataSet, { isSigned }: ImageAttributes): GreyMapping["padding"] {
  const read = (tag: string) => (isSigned ? dataSet.int16(tag) : dataSet.uint16(tag));
  const value = read("x00280120");
  if (value === undefined) return null;
  const limit = read("x00280121") ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
