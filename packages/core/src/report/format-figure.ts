import type { Figure } from "../evaluation/analysis/figures.js";
import type { Interval } from "../statistics/interval.js";

type Unit = Figure["unit"];

/** A value in its unit: rates in per cent with one decimal, others with one; an en dash for none. */
export function formatValue(value: number | null, unit: Unit = "rate"): string {
  return formatFixed(value, 1, unit === "rate" ? 100 : 1);
}

/** `value · scale` with so many decimals, its minus a minus sign; an en dash for none. */
export function formatFixed(value: number | null, decimals: number, scale = 1): string {
  return value === null ? "–" : (value * scale).toFixed(decimals).replace("-", "−");
}

/** `[53.4, 69.1]`; empty for none. */
export function formatInterval(interval: Interval | null, unit: Unit = "rate"): string {
  if (interval === null) return "";
  return `[${formatValue(interval.low, unit)}, ${formatValue(interval.high, unit)}]`;
}

/** `61.5 [53.4, 69.1]`. */
export function formatFigure({ value, interval, unit }: Pick<Figure, "value" | "interval" | "unit">): string {
  return `${formatValue(value, unit)} ${formatInterval(interval, unit)}`.trim();
}

/** `148`, or `148 of 150, 2 failed`. */
export function formatCount({ n_scored, n_failed, n_total }: Omit<Figure, "measure">): string {
  return n_failed === 0 ? String(n_total) : `${n_scored} of ${n_total}, ${n_failed} failed`;
}

/** With a sign: `+3.4`, `−0.5`. */
export function formatChange(value: number | null, unit: Unit = "rate"): string {
  if (value === null) return "–";
  const text = formatValue(Math.abs(value), unit);
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** A p-value to three decimals, small ones as a power of ten. */
export function formatP(p: number | null): string {
  if (p === null) return "–";
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}
