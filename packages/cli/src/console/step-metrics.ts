/** Metrics a step line shows when they are there, and what it calls them. */
const shown: readonly (readonly [metric: string, label: string, digits: number])[] = [
  ["loss", "loss", 4],
  ["reward", "reward", 3],
  ["kl", "kl", 4],
  ["completions/mean_length", "length", 1],
];

/** Without the minus of a value that rounds to 0. */
function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, "");
}

/** `reward 0.812 (format 0.900, accuracy 0.400)  kl 0.0031  length 41.2`. */
export function formatMetrics(metrics: Readonly<Record<string, number>>): string {
  const parts = Object.entries(metrics).flatMap(([name, value]) => {
    const reward = /^rewards\/(.+)\/mean$/.exec(name)?.[1];
    return reward === undefined ? [] : [`${reward} ${fixed(value, 2)}`];
  });
  return shown
    .flatMap(([name, label, digits]) => {
      const value = metrics[name];
      if (value === undefined) return [];
      const byPart = name === "reward" && parts.length > 0 ? ` (${parts.join(", ")})` : "";
      return [`${label} ${fixed(value, digits)}${byPart}`];
    })
    .join("  ");
}
