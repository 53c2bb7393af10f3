/** How far two values are apart: any difference counts alike, by rank, by difference, or by relative difference. */
export type MeasurementLevel = "nominal" | "ordinal" | "interval" | "ratio";

/**
 * Krippendorff's α of any number of graders with values missing (K. Krippendorff, Content Analysis, ch. 12, by the
 * coincidence matrix). 1 is full agreement, 0 what chance gives. Null when nothing can be paired, or when all values
 * are the same.
 * @param units values of each item by grader, null where a grader has none, `[items, graders]`
 */
export function krippendorffAlpha(
  units: readonly (readonly (number | null)[])[],
  level: MeasurementLevel = "nominal",
): number | null {
  // An item with a single value cannot be paired and does not count.
  const pairable = units
    .map((values) => values.filter((value) => value !== null))
    .filter((values) => values.length > 1);
  const domain = [...new Set(pairable.flat())].sort((a, b) => a - b);
  if (domain.length < 2) return null;
  const coincidences = coincidenceMatrix(pairable, domain);
  const totals = coincidences.map((row) => row.reduce((sum, value) => sum + value, 0));
  const n = totals.reduce((sum, value) => sum + value, 0);
  let observed = 0;
  let expected = 0;
  for (let c = 0; c < domain.length; c++) {
    for (let k = 0; k < c; k++) {
      const distance = squaredDistance(level, domain, totals, k, c);
      observed += coincidences[c]![k]! * distance;
      expected += (totals[c]! * totals[k]! * distance) / (n - 1);
    }
  }
  return 1 - observed / expected;
}

/** How often two values meet in an item, each pair weighing one over the number of other values there. */
function coincidenceMatrix(items: readonly (readonly number[])[], domain: readonly number[]): number[][] {
  const matrix = domain.map(() => domain.map(() => 0));
  for (const values of items) {
    const counts = domain.map((value) => values.filter((other) => other === value).length);
    for (let c = 0; c < domain.length; c++) {
      for (let k = 0; k < domain.length; k++) {
        const pairs = counts[c]! * (c === k ? counts[c]! - 1 : counts[k]!);
        matrix[c]![k]! += pairs / (values.length - 1);
      }
    }
  }
  return matrix;
}

function squaredDistance(
  level: MeasurementLevel,
  domain: readonly number[],
  totals: readonly number[],
  low: number,
  high: number,
): number {
  const [a, b] = [domain[low]!, domain[high]!];
  switch (level) {
    case "nominal":
      return 1;
    case "interval":
      return (b - a) ** 2;
    case "ratio":
      return ((b - a) / (a + b)) ** 2;
    case "ordinal": {
      const between = totals.slice(low, high + 1).reduce((sum, value) => sum + value, 0);
      return (between - (totals[low]! + totals[high]!) / 2) ** 2;
    }
  }
}
