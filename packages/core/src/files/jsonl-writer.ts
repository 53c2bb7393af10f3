import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { filesystemError } from "./filesystem-error.js";
import { syncDirectory } from "./sync-directory.js";

/**
 * Appends records to a JSONL file. Every call hands its lines to the operating system before it returns, so a
 * killed process loses nothing that was appended; `sync` makes them survive a power cut as well.
 */
export class JsonlWriter {
  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Opens `file`, made if need be. A torn last line of a killed process is cut off first.
   * @throws RarlError `OUTPUT_NOT_WRITABLE`
   */
  static async open(file: string): Promise<JsonlWriter> {
    try {
      await cutTornLine(file);
      const handle = await open(file, "a");
      // What `sync` makes durable is no use without the file's name.
      await syncDirectory(dirname(file));
      return new JsonlWriter(file, handle);
    } catch (error) {
      throw filesystemError(error, file);
    }
  }

  /** Numbers that JSON cannot say (NaN, infinities) become null. */
  async append(...records: readonly object[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.handle.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    } catch (error) {
      throw filesystemError(error, this.file);
    }
  }

  async sync(): Promise<void> {
    try {
      await this.handle.datasync();
    } catch (error) {
      throw filesystemError(error, this.file);
    }
  }

  async close(): Promise<void> {
    await this.sync().finally(() => this.handle.close());
  }
}

/** Cuts `file` after its last line feed. */
async function cutTornLine(file: string): Promise<void> {
  const handle = await open(file, "a+");
  try {
    const { size } = await handle.stat();
    const chunk = Buffer.alloc(64 * 1024);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - chunk.length);
      const { bytesRead } = await handle.read(chunk, 0, end - start, start);
      const lineFeed = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
      if (lineFeed >= 0) {
        if (start + lineFeed + 1 < size) await handle.truncate(start + lineFeed + 1);
        return;
      }
      end = start;
    }
    if (size > 0) await handle.truncate(0);
  } finally {
    await handle.close();
  }
}
