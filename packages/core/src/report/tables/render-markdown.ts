import type { ReportTable } from "./report-table.js";

/** A table as GitHub Markdown, published rows in italics. */
export function renderMarkdownTable({ title, note, columns, rows }: ReportTable, level = 2): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellText).join(" | ")} |`;
  const head = [line(columns), line(columns.map((_, index) => (index === 0 ? "---" : "---:")))];
  const body = rows.map(({ cells, isPublished }) =>
    line(isPublished === true ? cells.map((cell) => `*${cell}*`) : cells),
  );
  const parts = [
    `${"#".repeat(level)} ${title}`,
    ...(note === undefined ? [] : [note]),
    [...head, ...body].join("\n"),
  ];
  return parts.join("\n\n");
}

/** Nothing in a cell may end it, begin a tag, or break the line. */
function cellText(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "\\|");
}
