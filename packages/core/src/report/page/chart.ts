import { html, type Markup } from "./markup.js";

/** A value at each of some steps, in order. */
export type Series = readonly (readonly [step: number, value: number])[];

const width = 320;
const height = 150;
const margin = { left: 38, right: 8, top: 8, bottom: 18 };

/** A curve over steps as SVG: the values faint, and over them their mean in a sliding window; null of nothing. */
export function chart(title: string, series: Series): Markup | null {
  const points = series.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));
  const last = points.at(-1);
  if (last === undefined) return null;
  const steps = points.map(([step]) => step);
  const firstStep = steps.reduce((least, step) => Math.min(least, step), Infinity);
  const lastStep = steps.reduce((most, step) => Math.max(most, step), -Infinity);
  const { low, high } = valueRange(points.map(([, value]) => value));
  const x = (step: number) =>
    margin.left +
    (lastStep === firstStep ? 0.5 : (step - firstStep) / (lastStep - firstStep)) *
      (width - margin.left - margin.right);
  const y = (value: number) =>
    height - margin.bottom - ((value - low) / (high - low)) * (height - margin.top - margin.bottom);
  const path = (line: Series) =>
    line
      .map(([step, value], index) => `${index === 0 ? "M" : "L"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
  const grid = [low, (low + high) / 2, high].map(
    (value) =>
      html`<line
          class="grid"
          x1="${margin.left}"
          x2="${width - margin.right}"
          y1="${y(value)}"
          y2="${y(value)}"
        /><text x="${margin.left - 4}" y="${y(value) + 3}" text-anchor="end">${formatTick(value)}</text>`,
  );
  const curve = smooth(points);
  return html`<figure>
    <figcaption>${title} <span>${formatTick(curve.at(-1)![1])}</span></figcaption>
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${title} over ${points.length} steps, from ${formatTick(curve[0]![1])} to ${formatTick(curve.at(-1)![1])}"
    >
      ${grid}
      <text x="${margin.left}" y="${height - 4}">${firstStep}</text>
      <text x="${width - margin.right}" y="${height - 4}" text-anchor="end">${lastStep}</text>
      <path class="raw" d="${path(points)}" />
      <path class="curve" d="${path(curve)}" />
      ${points.length === 1 ? html`<circle class="dot" cx="${x(last[0])}" cy="${y(last[1])}" r="3" />` : null}
    </svg>
  </figure>`;
}

/** Mean of the last twentieth of all points, at least one, up to each. */
function smooth(points: Series): Series {
  const window = Math.max(1, Math.round(points.length / 20));
  return points.map(([step], index) => {
    const recent = points.slice(Math.max(0, index - window + 1), index + 1);
    return [step, recent.reduce((sum, [, value]) => sum + value, 0) / recent.length] as const;
  });
}

function valueRange(values: readonly number[]): { low: number; high: number } {
  // A loop in place of Math.min(...values), which a run of many steps would overflow.
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low < high) return { low, high };
  const half = low === 0 ? 1 : Math.abs(low) / 2;
  return { low: low - half, high: high + half };
}

function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100_000)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}
