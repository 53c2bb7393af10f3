import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { rarlError, type RarlError } from "@rarl-sdk/core";
import { requirePath } from "../data-file.js";
import { maxLineBytes, readLines } from "../jsonl/read-lines.js";
import { parseJsonLine } from "../jsonl/parse-line.js";
import { decodeUtf8, withoutByteOrderMark } from "../text.js";
import type { RawRecord } from "./record-set.js";

/** A JSON array is parsed as a whole; larger ones belong into JSONL. */
const ARRAY_LIMIT = 2 ** 29;

/**
 * Records of a file that is an array of objects.
 * @throws RarlError `DATA_MISSING`, `DATA_INVALID`
 */
export async function* readJsonArray(file: string, signal?: AbortSignal): AsyncGenerator<RawRecord> {
  await requirePath(file, "file");
  const invalid = (problem: string): RarlError => rarlError("DATA_INVALID", { file, problems: [problem] });
  const { size } = await stat(file);
  if (size > ARRAY_LIMIT) throw invalid(`an array of ${size} bytes is too large; write it as JSONL`);
  const text = decodeUtf8(await readFile(file, { signal }));
  if (text === null) throw invalid("the file holds bytes that are not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(text));
  } catch (error) {
    throw invalid(`not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(value)) throw invalid("the file is not an array of records");
  for (const [index, record] of value.entries()) yield { file, record: index + 1, value: record as unknown };
}

/**
 * Records of a JSONL file, blank lines left out.
 * @throws RarlError `DATA_MISSING`
 */
export async function* readJsonLines(file: string): AsyncGenerator<RawRecord> {
  await requirePath(file, "file");
  const chunks = createReadStream(file, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>;
  for await (const line of readLines(chunks, maxLineBytes)) {
    const parsed = parseJsonLine(line, file);
    if (parsed === null) continue;
    const place = { file, record: line.number };
    yield "problem" in parsed
      ? { ...place, value: null, problem: parsed.problem }
      : { ...place, value: parsed.value };
  }
}
