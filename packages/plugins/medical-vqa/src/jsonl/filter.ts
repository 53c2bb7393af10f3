import type { Sample } from "@rarl-sdk/core";
import type { JsonlOptions } from "./options.js";

/** Whether a sample passes the filter of the options. */
export function passesFilter(sample: Sample, filter: JsonlOptions["filter"]): boolean {
  const kinds = filter?.kind === undefined ? null : [filter.kind].flat();
  if (kinds !== null && !kinds.includes(sample.kind)) return false;
  return Object.entries(filter?.meta ?? {}).every(([key, value]) => sample.meta[key] === value);
}
