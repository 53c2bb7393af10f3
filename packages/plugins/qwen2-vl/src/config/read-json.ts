import { readFile } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";
import type { z } from "zod";

/**
 * A checkpoint's JSON file checked against `schema`, or undefined when there is no such file.
 * @throws RarlError `CHECKPOINT_FILE_UNREADABLE`, `CHECKPOINT_CONFIG_INVALID` with the file and, where one is at
 *   fault, the field.
 */
export async function readJsonIfPresent<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await readTextIfPresent(file);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw rarlError(
      "CHECKPOINT_CONFIG_INVALID",
      { file, problem: `not valid JSON: ${messageOf(error)}` },
      { cause: error },
    );
  }
  return checkJson(file, schema, value);
}

/**
 * `value`, read from `file`, checked against `schema`.
 * @throws RarlError `CHECKPOINT_CONFIG_INVALID` with the file and the field.
 */
export function checkJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw rarlError("CHECKPOINT_CONFIG_INVALID", {
    file,
    field: issue.path.length > 0 ? issue.path.map(String).join(".") : undefined,
    problem: issue.message,
  });
}

/**
 * Like `readJsonIfPresent` for a file that must be there.
 * @throws RarlError also `CHECKPOINT_FILE_MISSING`
 */
export async function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const value = await readJsonIfPresent(file, schema);
  if (value === undefined) throw rarlError("CHECKPOINT_FILE_MISSING", { file });
  return value;
}

/** A UTF-8 file without its byte order mark, or undefined when there is none. */
export async function readTextIfPresent(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw rarlError("CHECKPOINT_FILE_UNREADABLE", { file, reason: messageOf(error) }, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
