import { rarlError, type RarlError, type Sample } from "@rarl-sdk/core";
import { decodeUtf8, looksLikeUtf16, withoutByteOrderMark } from "../text.js";
import { sampleFromNative } from "./native-record.js";
import type { FileLine } from "./read-lines.js";

/** The sample of a line, what is wrong with the line, or null for a blank one. CR before LF is white space to JSON. */
export function parseLine(line: FileLine, file: string): Sample | RarlError | null {
  const place = { file, record: line.number };
  const invalid = (problem: string): RarlError =>
    rarlError("DATA_INVALID", { ...place, problems: [problem] });
  if (line.bytes === null)
    return invalid("the line is longer than 16 MiB; is every record on a line of its own?");
  if (line.offset === 0 && looksLikeUtf16(line.bytes)) return invalid("the file is UTF-16; save it as UTF-8");
  const decoded = decodeUtf8(line.bytes);
  if (decoded === null) return invalid("the line holds bytes that are not UTF-8");
  const text = line.offset === 0 ? withoutByteOrderMark(decoded) : decoded;
  if (text.trim() === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message;
    return invalid(line.terminated ? `not JSON: ${reason}` : `the last line is cut off: ${reason}`);
  }
  return sampleFromNative(value, place);
}
