import { dtypeBytes } from "./dtype.js";

/** One tensor of a safetensors header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, relative to the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their data. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that is accepted, in bytes, as in the reference implementation. */
export const maxHeaderBytes = 100_000_000;

/** What is wrong with a header; the reader adds the file. */
export class HeaderProblem extends Error {}

/** Checks a header's JSON against the length of the data that follows it, in bytes. */
export function parseHeader(text: Uint8Array, dataBytes: number): Header {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw new HeaderProblem(`the header is not JSON (${(error as Error).message})`);
  }
  if (!isObject(json)) throw new HeaderProblem("the header is not a JSON object");
  const metadata = Object.hasOwn(json, "__metadata__") ? parseMetadata(json["__metadata__"]) : {};
  const entries = Object.entries(json)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => parseEntry(name, value))
    .sort((one, other) => one.begin - other.begin || one.end - other.end);
  checkExtent(entries, dataBytes);
  return { entries, metadata };
}

/** The format leaves no room for holes or overlaps: each tensor begins where the one before it ends. */
function checkExtent(entries: readonly HeaderEntry[], dataBytes: number): void {
  const end = entries.reduce((latest, entry) => Math.max(latest, entry.end), 0);
  if (end > dataBytes) {
    throw new HeaderProblem(`the data is cut off: ${dataBytes} bytes are there, the tensors need ${end}`);
  }
  let position = 0;
  for (const { name, begin, end: entryEnd } of entries) {
    if (begin < position) throw new HeaderProblem(`tensor "${name}" overlaps the one before it`);
    if (begin > position)
      throw new HeaderProblem(`${begin - position} bytes before tensor "${name}" belong to none`);
    position = entryEnd;
  }
  if (position < dataBytes)
    throw new HeaderProblem(`${dataBytes - position} bytes after the last tensor belong to none`);
}

function parseEntry(name: string, value: unknown): HeaderEntry {
  const shown = JSON.stringify(name);
  if (!isObject(value)) throw new HeaderProblem(`the entry of tensor ${shown} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(dtypeBytes, dtype)) {
    throw new HeaderProblem(`tensor ${shown} has the unknown dtype ${JSON.stringify(dtype)}`);
  }
  if (!isCounts(shape)) throw new HeaderProblem(`tensor ${shown} has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw new HeaderProblem(`tensor ${shown} has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  if (end < begin) throw new HeaderProblem(`tensor ${shown} ends before it begins`);
  const bytes = elementCount(shape) * dtypeBytes[dtype]!;
  if (end - begin !== bytes) {
    throw new HeaderProblem(`tensor ${shown} takes ${end - begin} bytes, its shape and dtype need ${bytes}`);
  }
  return { name, dtype, shape, begin, end };
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value) || !Object.values(value).every((each) => typeof each === "string")) {
    throw new HeaderProblem("__metadata__ is not an object of strings");
  }
  return value as Record<string, string>;
}

/** Elements of a tensor of that shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
}
