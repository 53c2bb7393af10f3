/** Puts what two leaves of a column hold for a row together: fields of structs, element by element in lists. */
export function mergeLeaves(known: unknown, value: unknown): unknown {
  if (known === undefined || known === null) return value;
  if (Array.isArray(known) && Array.isArray(value))
    return known.map((item: unknown, index) => mergeLeaves(item, value[index]));
  if (isStruct(known) && isStruct(value)) {
    const merged: Record<string, unknown> = { ...known };
    for (const [name, field] of Object.entries(value)) merged[name] = mergeLeaves(merged[name], field);
    return merged;
  }
  return known;
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value);
}
