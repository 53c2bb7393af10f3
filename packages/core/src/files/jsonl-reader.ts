import { createReadStream } from "node:fs";
import { rarlError } from "../errors/rarl-error.js";

/** One record of a JSONL file. */
export interface JsonlRecord {
  /** 1-based. */
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads an append-only JSONL file record by record. A last line that a killed process left torn is passed over;
 * a broken line before it is not.
 * @throws RarlError `JSONL_INVALID` naming the line
 */
export async function* readJsonl(file: string): AsyncGenerator<JsonlRecord> {
  const stream = createReadStream(file, { encoding: "utf8" });
  let line = 0;
  let rest = "";
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const text of lines) {
      line++;
      if (text.trim() !== "") yield { line, value: parseRecord(text, file, line) };
    }
  }
  // A line without its line feed counts when it is whole: an object cannot be cut short and still parse.
  if (rest.trim() !== "" && isRecord(rest))
    yield { line: line + 1, value: parseRecord(rest, file, line + 1) };
}

function parseRecord(text: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw rarlError("JSONL_INVALID", { file, line, reason: (error as Error).message }, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw rarlError("JSONL_INVALID", { file, line, reason: "not an object" });
  }
  return value as Record<string, unknown>;
}

function isRecord(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
