import type { CheckedPage } from "./checked-page.js";
import { forEachRun, type Cursor } from "./hybrid-runs.js";
import type { LeafColumn } from "./leaf-column.js";
import { ParquetProblem } from "./parquet-problem.js";

/** A page of plain bytes, decompressed, and where each row's value stands in it. */
export interface BytePage {
  readonly body: Uint8Array;
  /** Where the bytes of a row begin; they end where its length, just before them, says. */
  readonly starts: Uint32Array;
  /** How much of the path to the value is there: as many optional names as this. */
  readonly levels: Uint8Array;
}

const LENGTH_BYTES = 4;

/** Whether a leaf holds bytes as such, one value a row at most. */
export function isByteLeaf({ element, maxRepetition }: LeafColumn): boolean {
  const isText = element.converted_type !== undefined || element.logical_type !== undefined;
  return element.type === "BYTE_ARRAY" && maxRepetition === 0 && !isText;
}

/**
 * Finds the values of a page of plain bytes.
 * @throws ParquetProblem when one reaches beyond the page
 */
export function findBytes({ maxDefinition }: LeafColumn, page: CheckedPage): BytePage {
  const { body, rows, definition, valuesAt } = page;
  const levels = new Uint8Array(rows).fill(maxDefinition);
  if (definition !== null) {
    const cursor: Cursor = { bytes: body, at: definition.start };
    let row = 0;
    forEachRun(cursor, definition.end, 32 - Math.clz32(maxDefinition), rows, (level, times) => {
      levels.fill(level, row, row + times);
      row += times;
    });
  }
  const starts = new Uint32Array(rows);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = valuesAt;
  for (let row = 0; row < rows; row++) {
    if (levels[row] !== maxDefinition) continue;
    if (at + LENGTH_BYTES > body.length) throw cutOff();
    starts[row] = at + LENGTH_BYTES;
    at += LENGTH_BYTES + view.getUint32(at, true);
    if (at > body.length) throw cutOff();
  }
  return { body, starts, levels };
}

/** The value of a row in the structs that it stands in, its bytes copied. */
export function valueAt({ path, schema }: LeafColumn, page: BytePage, row: number): unknown {
  const level = page.levels[row]!;
  let defined = 0;
  const inside = (depth: number): unknown => {
    if (schema[depth + 1]!.repetition_type !== "REQUIRED" && level === defined++) return null;
    return depth === path.length - 1 ? bytesAt(page, row) : { [path[depth + 1]!]: inside(depth + 1) };
  };
  return inside(0);
}

function bytesAt({ body, starts }: BytePage, row: number): Uint8Array {
  const start = starts[row]!;
  const view = new DataView(body.buffer, body.byteOffset + start - LENGTH_BYTES, LENGTH_BYTES);
  return Uint8Array.from(body.subarray(start, start + view.getUint32(0, true)));
}

function cutOff(): ParquetProblem {
  return new ParquetProblem("a value reaches beyond its page");
}
