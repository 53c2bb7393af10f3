import { formatCount, formatFigure, type FigureGroup } from "@rarl-sdk/core";
import { formatTable } from "./table.js";

/** Figures that say how the parts of an evaluation differ; the rest is in the report. */
const shownByPart = ["accuracy_strict", "accuracy_lenient", "format"];

/** The figures of an evaluation as tables: of the whole with their counts, then the main ones part by part. */
export function renderFigures(name: string, groups: readonly FigureGroup[]): string {
  const [whole, ...parts] = groups;
  const rows = (whole?.figures ?? []).map((figure) => [
    figure.title,
    formatFigure(figure),
    formatCount(figure),
  ]);
  const tables = [formatTable([[name, "mean [95 %]", "n"], ...rows])];
  if (parts.length > 0) {
    const shown = (whole?.figures ?? []).filter(({ measure }) => shownByPart.includes(measure));
    const partRows = parts.map(({ by, group, figures }) => {
      const cells = shown.map(({ measure }) => figures.find((figure) => figure.measure === measure));
      return [
        `${by} ${group}`,
        ...cells.map((figure) => (figure === undefined ? "–" : formatFigure(figure))),
        String(cells[0]?.n_total ?? 0),
      ];
    });
    tables.push(formatTable([["by", ...shown.map(({ title }) => title), "n"], ...partRows]));
  }
  return tables.join("\n\n");
}
