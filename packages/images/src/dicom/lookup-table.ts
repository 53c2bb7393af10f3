import type { DataSet } from "dicom-parser";
import { DicomProblem } from "./dicom-problem.js";

/** A table from values to values; values below the first or beyond the last take the end's (PS3.3, C.11.1.1). */
export interface LookupTable {
  readonly firstValue: number;
  /** Up to 65,536 entries. */
  readonly entries: Uint16Array;
  /** Bits of an entry. */
  readonly bits: number;
}

/** The first table of a sequence of tables, or null without one. */
export function readLut(dataSet: DataSet, sequence: string, isSigned: boolean): LookupTable | null {
  const item = dataSet.elements[sequence]?.items?.[0]?.dataSet;
  return item === undefined ? null : readTable(item, "x00283002", "x00283006", isSigned);
}

/** @throws DicomProblem when the table is cut off */
export function readTable(
  dataSet: DataSet,
  descriptorTag: string,
  dataTag: string,
  isSigned: boolean,
): LookupTable {
  const written = dataSet.uint16(descriptorTag, 0);
  const firstValue = isSigned ? dataSet.int16(descriptorTag, 1) : dataSet.uint16(descriptorTag, 1);
  const bits = dataSet.uint16(descriptorTag, 2);
  const data = dataSet.elements[dataTag];
  if (written === undefined || firstValue === undefined || bits === undefined || data === undefined)
    throw new DicomProblem("a lookup table is not complete");
  // 16 bits cannot say 65,536.
  const length = written === 0 ? 65_536 : written;
  const isPacked = bits <= 8 && data.length < length * 2;
  if (bits < 1 || bits > 16 || data.length < (isPacked ? length : length * 2))
    throw new DicomProblem("a lookup table is cut off or damaged");
  const entries = new Uint16Array(length);
  for (let index = 0; index < length; index++) {
    entries[index] = isPacked ? dataSet.byteArray[data.dataOffset + index]! : dataSet.uint16(dataTag, index)!;
  }
  return { firstValue, entries, bits };
}

export function lookUp({ firstValue, entries }: LookupTable, value: number): number {
  const index = Math.trunc(value) - firstValue;
  return entries[Math.min(Math.max(index, 0), entries.length - 1)]!;
}
