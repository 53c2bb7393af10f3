import { readFileSync } from "node:fs";
import { rarlError } from "@rarl-sdk/core";

/**
 * The reference texts of a file: one a line, or of a `.jsonl` file the field of every record that has it.
 * @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `DATA_EMPTY`
 */
export function readIdfTexts(file: string, field: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw rarlError("DATA_MISSING", { file, reason: (error as Error).message }, { cause: error });
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const texts = lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    return file.endsWith(".jsonl") ? fieldOf(line, field, file, index + 1) : [line];
  });
  if (texts.length === 0) {
    throw rarlError("DATA_EMPTY", {
      file,
      reason: file.endsWith(".jsonl") ? `no record has ${field}` : "no lines",
    });
  }
  return texts;
}

function fieldOf(line: string, field: string, file: string, record: number): string[] {
  const invalid = (problem: string) => rarlError("DATA_INVALID", { file, record, problems: [problem] });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw invalid(`not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null) throw invalid("not an object");
  const found = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
  if (found === undefined) return [];
  if (typeof found !== "string") throw invalid(`${field} is not a text`);
  return [found];
}
