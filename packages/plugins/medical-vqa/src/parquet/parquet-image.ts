import { rarlError, type GreyWindow } from "@rarl-sdk/core";
import type { ParquetFile } from "./parquet-file.js";

/** An image inside a parquet file, read when it is wanted. */
export class ParquetImage {
  readonly #file: ParquetFile;
  readonly label: string;
  declare readonly window?: GreyWindow;

  constructor(
    file: ParquetFile,
    /** 0-based. */
    private readonly row: number,
    private readonly column: string,
    /** Position in the row's list of images. */
    private readonly index: number,
    window: GreyWindow | undefined,
  ) {
    this.#file = file;
    this.label = `${file.path}, record ${row + 1}${index === 0 ? "" : `, image ${index + 1}`}`;
    if (window !== undefined) this.window = window;
  }

  /** @throws RarlError `DATA_INVALID` when the file is damaged or has changed */
  async read(): Promise<Uint8Array> {
    const [values] = await this.#file.read([this.column], this.row, this.row + 1, isImageLeaf);
    const bytes = imageBytes(values?.[this.column])[this.index];
    if (bytes instanceof Uint8Array) return bytes;
    const problems = ["the image is not there any more"];
    throw rarlError("DATA_INVALID", { file: this.#file.path, record: this.row + 1, problems });
  }
}

/** Of a struct of bytes and path the bytes; plain bytes as they are. */
export function isImageLeaf(path: readonly string[]): boolean {
  return path.at(-1) !== "path";
}

/** The images of a cell: bytes, a struct with bytes, or a list of either; null where there are none. */
export function imageBytes(cell: unknown): readonly (Uint8Array | null)[] {
  if (cell === null || cell === undefined) return [];
  if (cell instanceof Uint8Array) return [cell];
  if (Array.isArray(cell)) return cell.map((item) => imageBytes(item)[0] ?? null);
  if (typeof cell === "object" && "bytes" in cell)
    return cell.bytes instanceof Uint8Array ? [cell.bytes] : [];
  return [];
}
