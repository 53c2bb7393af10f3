import type { ReportTable } from "../tables/report-table.js";
import { html } from "./markup.js";
import { page } from "./page.js";
import { tableMarkup } from "./table-markup.js";

/** Comparison tables as one page that needs nothing else. */
export function comparisonPage(tables: readonly ReportTable[]): string {
  const note = "Software for research on models; nothing here should inform a diagnosis.";
  return page(
    "Comparison",
    html`<h1>Comparison</h1>
      <p class="note">${note}</p>
      ${tables.map(tableMarkup)}`,
  );
}
