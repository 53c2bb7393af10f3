import { dirname, isAbsolute, resolve } from "node:path";
import type { GreyWindow, ImageSource } from "@rarl-sdk/core";
import { z } from "zod";
import type { RecordPlace } from "../records/record-set.js";
import type { ColumnMapping } from "./column-mapping.js";

/** Options of images that are named by path. */
export const imagePathShape = {
  imageFolder: z
    .string()
    .min(1)
    .optional()
    .describe("Where image paths start; by default at the data file's folder."),
  window: z
    .strictObject({ center: z.number(), width: z.number().min(1) })
    .optional()
    .describe("Which values of DICOM images are shown; by default the files' own window."),
};

/** Reads the images of a row whose columns hold paths. */
export function imagePaths(
  { fields }: ColumnMapping,
  folder: string | null,
  window: GreyWindow | undefined,
): (row: Readonly<Record<string, unknown>>, place: RecordPlace) => readonly ImageSource[] | string {
  return (row, { file }) => {
    const single = fields.image === undefined ? undefined : row[fields.image];
    const several = fields.images === undefined ? undefined : row[fields.images];
    const values = Array.isArray(several) ? (several as unknown[]) : [single ?? several];
    const sources: ImageSource[] = [];
    for (const value of values) {
      if (value === undefined || value === null || value === "") continue;
      if (typeof value !== "string") return "image: must be the path of a local file";
      if (/^(?:[a-z][a-z0-9+.-]*:\/\/|data:)/i.test(value))
        return "image: must be the path of a local file; nothing is downloaded";
      const start = folder ?? dirname(file);
      const path = isAbsolute(value) ? value : resolve(start, value.trim());
      sources.push({ path, ...(window && { window }) });
    }
    return sources;
  };
}
