import type { DataSet } from "dicom-parser";
import { lookUp, readTable } from "./lookup-table.js";

/** YBR_FULL to RGB (PS3.3, C.7.6.3.1.2: ITU-R BT.601, full range). */
export function ybrToRgb(samples: Uint8Array): Uint8Array {
  const out = new Uint8ClampedArray(samples.length);
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const y = samples[at]!;
    const blue = samples[at + 1]! - 128;
    const red = samples[at + 2]! - 128;
    out[at] = y + 1.402 * red;
    out[at + 1] = y - 0.344136 * blue - 0.714136 * red;
    out[at + 2] = y + 1.772 * blue;
  }
  return new Uint8Array(out.buffer);
}

/**
 * Palette indices to RGB.
 * @throws DicomProblem when a table is missing (segmented tables are not read) or cut off
 */
export function paletteToRgb(stored: ArrayLike<number>, dataSet: DataSet): Uint8Array {
  const tables = ["1", "2", "3"].map((colour) =>
    readTable(dataSet, `x0028110${colour}`, `x0028120${colour}`, false),
  );
  const out = new Uint8Array(stored.length * 3);
  for (let index = 0; index < stored.length; index++) {
    for (const [channel, table] of tables.entries()) {
      const value = lookUp(table, stored[index]!);
      out[index * 3 + channel] = table.bits > 8 ? value >> (table.bits - 8) : value;
    }
  }
  return out;
}
