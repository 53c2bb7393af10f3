/** One line of a file. */
export interface FileLine {
  /** 1-based. */
  readonly number: number;
  /** Byte offset of the line in the file. */
  readonly offset: number;
  /** Without its line feed; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
  /** False for a last line without a line feed. */
  readonly terminated: boolean;
}

/** Longer lines are refused: no record is that long, and a file without line feeds must not fill the memory. */
export const maxLineBytes = 16 * 2 ** 20;

const lineFeed = 0x0a;

/** Splits a byte stream at its line feeds, holding one line at a time and at most `maxBytes` of it. */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<FileLine> {
  let number = 1;
  let offset = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const line = (terminated: boolean): FileLine => ({
    number,
    offset,
    bytes: length > maxBytes ? null : Buffer.concat(parts),
    terminated,
  });
  const append = (part: Buffer): void => {
    length += part.length;
    if (length > maxBytes) parts = [];
    else parts.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      append(chunk.subarray(start, end));
      yield line(true);
      number++;
      offset += length + 1;
      [parts, length] = [[], 0];
      start = end + 1;
    }
    append(chunk.subarray(start));
  }
  if (length > 0) yield line(false);
}
