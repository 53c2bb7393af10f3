import { open, stat, type FileHandle } from "node:fs/promises";
import { ParquetProblem } from "./parquet-problem.js";

/** What was read of a file so far. */
export interface ReadCount {
  readonly reads: number;
  readonly bytes: number;
}

/** Reads pieces of one file and counts them; refuses a file that has changed since it was first opened. */
export class FileInput {
  #reads = 0;
  #bytes = 0;

  private constructor(
    readonly path: string,
    readonly size: number,
    private readonly modified: number,
  ) {}

  static async open(path: string): Promise<FileInput> {
    const { size, mtimeMs } = await stat(path);
    return new FileInput(path, size, mtimeMs);
  }

  get count(): ReadCount {
    return { reads: this.#reads, bytes: this.#bytes };
  }

  /**
   * Opens the file for the time of `use`.
   * @throws ParquetProblem when the file has changed
   */
  async use<Result>(use: (piece: ReadPiece) => Promise<Result>): Promise<Result> {
    const handle = await open(this.path, "r");
    try {
      const { size, mtimeMs } = await handle.stat();
      if (size !== this.size || mtimeMs !== this.modified)
        throw new ParquetProblem("the file has changed since it was opened");
      return await use((start, length, out) => this.piece(handle, start, length, out));
    } finally {
      await handle.close();
    }
  }

  private async piece(
    handle: FileHandle,
    start: number,
    length: number,
    out: ((length: number) => Uint8Array) | undefined,
  ): Promise<Uint8Array> {
    if (start < 0 || length < 0 || start + length > this.size)
      throw new ParquetProblem("it says that data lie outside the file");
    // Not cleared, since all of it is read; with a buffer of its own, which decoders look into.
    const bytes = out?.(length) ?? Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await handle.read(bytes, 0, length, start);
    if (bytesRead !== length) throw new ParquetProblem("the file is shorter than it was");
    this.#reads++;
    this.#bytes += length;
    return bytes;
  }
}

/** Reads `length` bytes from `start` on, into a buffer of that length that `out` gives once that is known to be there. */
export type ReadPiece = (
  start: number,
  length: number,
  out?: (length: number) => Uint8Array,
) => Promise<Uint8Array>;
