import { imageBytes, isImageLeaf } from "./parquet-image.js";
import type { ParquetFile } from "./parquet-file.js";

/** Rows that are looked at together. */
const WINDOW = 64;

/** How many images each row has; 255 stands for a list with a hole. Null when the column holds one in every row. */
export type ImageCounts = Uint8Array | null;

export const HOLE = 255;

/**
 * Counts images without reading them where the file's statistics say that none is missing; a list's are read once, a
 * few rows at a time, since only then is its length known.
 * @throws RarlError `DATA_INVALID`
 */
export async function countImages(
  file: ParquetFile,
  column: string,
  signal?: AbortSignal,
): Promise<ImageCounts> {
  if (file.isNeverNull(column, isImageLeaf)) return null;
  const counts = new Uint8Array(file.rows);
  for (let from = 0; from < file.rows; from += WINDOW) {
    signal?.throwIfAborted();
    const rows = await file.read([column], from, Math.min(from + WINDOW, file.rows), isImageLeaf);
    for (const [index, row] of rows.entries()) {
      const images = imageBytes(row[column]);
      counts[from + index] = images.includes(null) ? HOLE : Math.min(images.length, HOLE - 1);
    }
  }
  return counts;
}
