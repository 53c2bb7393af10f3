import { mkdir } from "node:fs/promises";
import path from "node:path";
import { JsonlWriter, rarlError, readJsonl, type JsonlRecord } from "@rarl-sdk/core";

/**
 * A JSONL file that is read once and then grows. Each record is on disk, synced, when `append` resolves; the file is
 * open only meanwhile, since nobody tells a judge when it is no longer needed.
 */
export class KeptLines {
  private written: Promise<void> = Promise.resolve();

  private constructor(private readonly file: string) {}

  /**
   * Hands every whole record of `file`, made if need be, to `read`. A torn last line is cut off.
   * @throws RarlError `JSONL_INVALID`, `OUTPUT_NOT_WRITABLE`, `DISK_FULL`, and what `read` throws
   */
  static async open(file: string, read: (record: JsonlRecord) => void): Promise<KeptLines> {
    const folder = path.dirname(file);
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      const reason = (error as Error).message;
      throw rarlError("OUTPUT_NOT_WRITABLE", { path: folder, reason }, { cause: error });
    });
    await (await JsonlWriter.open(file)).close();
    for await (const record of readJsonl(file)) read(record);
    return new KeptLines(file);
  }

  /** One record after another, however many come at once. After a failure every later one fails as well. */
  append(record: object): Promise<void> {
    this.written = this.written.then(async () => {
      const writer = await JsonlWriter.open(this.file);
      try {
        await writer.append(record);
      } finally {
        await writer.close();
      }
    });
    return this.written;
  }
}
