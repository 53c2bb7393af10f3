import { rarlError, type RarlError, type Sample } from "@rarl-sdk/core";
import { decodeUtf8, looksLikeUtf16, withoutByteOrderMark } from "../text.js";
import { sampleFromNative } from "./native-record.js";
import type { FileLine } from "./read-lines.js";

/** The sample of a line, what is wrong with the line, or null for a blank one. */
export function parseLine(line: FileLine, file: string): Sample | RarlError | null {
  const parsed = parseJsonLine(line, file);
  if (parsed === null) return null;
  return "problem" in parsed ? parsed.problem : sampleFromNative(parsed.value, { file, record: line.number });
}

/** The value of a line, what is wrong with it, or null for a blank one. CR before LF is white space to JSON. */
export function parseJsonLine(
  line: FileLine,
  file: string,
): { readonly value: unknown } | { readonly problem: RarlError } | null {
  const invalid = (problem: string) => ({
    problem: rarlError("DATA_INVALID", { file, record: line.number, problems: [problem] }),
  });
  if (line.bytes === null)
    return invalid("the line is longer than 16 MiB; is every record on a line of its own?");
  if (line.offset === 0 && looksLikeUtf16(line.bytes)) return invalid("the file is UTF-16; save it as UTF-8");
  const decoded = decodeUtf8(line.bytes);
  if (decoded === null) return invalid("the line holds bytes that are not UTF-8");
  const text = line.offset === 0 ? withoutByteOrderMark(decoded) : decoded;
  if (text.trim() === "") return null;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = (error as Error).message;
    return invalid(line.terminated ? `not JSON: ${reason}` : `the last line is cut off: ${reason}`);
  }
}
