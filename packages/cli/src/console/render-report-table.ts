import type { ReportTable } from "@rarl-sdk/core";
import { formatTable } from "./table.js";

/** A table of a report for the console. */
export function renderReportTable({ title, note, columns, rows }: ReportTable): string {
  const table = formatTable([columns, ...rows.map(({ cells }) => cells)]);
  return [title, ...(note === undefined ? [] : [note]), table].join("\n");
}
