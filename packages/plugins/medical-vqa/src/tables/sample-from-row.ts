import { basename } from "node:path";
import { rarlError, RarlError, type ImageSource, type Sample } from "@rarl-sdk/core";
import { sampleFromNative } from "../jsonl/native-record.js";
import { invalidText } from "../parquet/parquet-file.js";
import type { RecordPlace } from "../records/record-set.js";
import type { ColumnMapping } from "./column-mapping.js";

export interface RowReading {
  readonly mapping: ColumnMapping;
  /** The images of a row, or what is wrong with them. */
  readonly images: (
    row: Readonly<Record<string, unknown>>,
    place: RecordPlace,
  ) => readonly ImageSource[] | string;
}

/** Makes a row a sample by the mapping, with the checks of the native form, or tells what is wrong with it. */
export function sampleFromRow(
  value: unknown,
  place: RecordPlace,
  { mapping, images }: RowReading,
): Sample | RarlError {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return rarlError("DATA_INVALID", { ...place, problems: ["the record is not an object"] });
  const row = value as Readonly<Record<string, unknown>>;
  const { fields, meta } = mapping;
  const native: Record<string, unknown> = {};
  const problems: string[] = [];
  const take = (column: string | undefined): unknown => {
    const raw = column === undefined ? undefined : row[column];
    if (raw === invalidText) problems.push(`${column!}: holds bytes that are not UTF-8`);
    return plainValue(raw);
  };
  for (const field of ["id", "question", "answer", "reasoning"] as const) {
    const taken = take(fields[field]);
    if (taken !== undefined && taken !== null) native[field] = taken;
  }
  native.id ??= `${basename(place.file).replace(/\.[^.]+$/, "")}-${place.record}`;
  const kind = take(fields.kind);
  if (typeof kind === "string" && kind.trim() !== "") native.kind = kind.trim().toLowerCase();
  const choices = listOf(take(fields.choices));
  if (choices !== null) native.choices = choices;
  const facts = Object.entries(meta).flatMap(([fact, column]) => {
    const taken = take(column);
    return taken === undefined || taken === null || taken === "" ? [] : [[fact, taken] as const];
  });
  native.meta = Object.fromEntries(facts);
  if (problems.length > 0) return rarlError("DATA_INVALID", { ...place, problems });
  const sample = sampleFromNative(native, place);
  if (sample instanceof RarlError) return sample;
  const found = images(row, place);
  if (typeof found === "string")
    return rarlError("DATA_INVALID", { ...place, sample: sample.id, problems: [found] });
  return { ...sample, images: found };
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "string") return value.trim();
  return Array.isArray(value) ? value.map(plainValue) : value;
}

/** Options as a list; an empty list or text is none. */
function listOf(value: unknown): readonly unknown[] | null {
  if (typeof value === "string" && value !== "") return value.split("|").map((choice) => choice.trim());
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : null;
}
