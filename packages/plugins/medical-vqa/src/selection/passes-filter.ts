import type { Sample } from "@rarl-sdk/core";
import type { SelectionOptions } from "./options.js";

const keys = ["modality", "organ", "language", "questionType"] as const;

/** Whether a sample passes the filter. */
export function passesFilter({ kind, meta }: Sample, filter: SelectionOptions["filter"]): boolean {
  if (filter === undefined) return true;
  if (filter.kind !== undefined && ![filter.kind].flat().includes(kind)) return false;
  const passesWords = keys.every((key) => {
    const wanted = filter[key];
    return wanted === undefined || [wanted].flat().some((word) => isSameWord(word, meta[key]));
  });
  return (
    passesWords &&
    Object.entries(filter.meta ?? {}).every(([key, values]) =>
      [values].flat().some((value) => meta[key] === value),
    )
  );
}

function isSameWord(wanted: string, value: string | number | boolean | undefined): boolean {
  return value !== undefined && String(value).trim().toLowerCase() === wanted.trim().toLowerCase();
}
