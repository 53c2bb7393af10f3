import type { ReportTable } from "../tables/report-table.js";
import { html, type Markup } from "./markup.js";

/** A figure, with what may stand around it. */
const isFigure = /\d|^–$/;

/** A table under a heading of the third level; wide ones scroll by themselves, with the keyboard too. */
export function tableMarkup({ title, note, columns, rows }: ReportTable): Markup {
  const kinds = columns.map((_, column) =>
    column === 0 || rows.some(({ cells }) => !isFigure.test(cells[column] ?? "–")) ? "text" : "figure",
  );
  return html`<h3>${title}</h3>
    ${note === undefined ? null : html`<p class="note">${note}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${columns.map((column, index) => html`<th scope="col" class="${kinds[index]!}">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ cells, isPublished }) =>
              html`<tr class="${isPublished === true ? "published" : ""}">
                ${cells.map((cell, index) => html`<td class="${kinds[index]!}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
