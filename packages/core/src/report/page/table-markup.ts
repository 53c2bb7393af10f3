import type { ReportTable } from "../tables/report-table.js";
import { html, type Markup } from "./markup.js";

/** A table under a heading of the third level; wide ones scroll by themselves. */
export function tableMarkup({ title, note, columns, rows }: ReportTable): Markup {
  return html`<h3>${title}</h3>
    ${note === undefined ? null : html`<p class="note">${note}</p>`}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ cells, isPublished }) =>
              html`<tr class="${isPublished === true ? "published" : ""}">
                ${cells.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
