import type { Dataset } from "../contracts/data-source.js";
import type { RecordCounts } from "../hooks/run-hooks.js";

/** What became of the records of an opened data set. */
export function countRecords({ length, problems, leftOut = 0 }: Dataset): RecordCounts {
  return { kept: length, setAside: problems.length, leftOut };
}
