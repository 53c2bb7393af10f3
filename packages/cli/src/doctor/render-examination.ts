import type { ExaminedEngine, Examination } from "./examine.js";

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function engineLines({ name, priority, probe }: ExaminedEngine): string[] {
  if (probe.available) return [`  ${name} ${probe.version} (priority ${priority}): ${probe.detail}`];
  return [`  ${name} (priority ${priority}): not available, ${probe.reason}`, `    ${probe.remedy}`];
}

/** An examination for people. */
export function renderExamination(found: Examination): string {
  const { node, memory, output } = found;
  const best = found.engines.find(({ probe }) => probe.available);
  return [
    `Node.js ${node.version} on ${found.platform}${node.isSupported ? "" : `; ${node.required} is needed`}`,
    `${found.cores} cores, ${gibibytes(memory.total)} memory (${gibibytes(memory.free)} free), ` +
      `JavaScript heap up to ${gibibytes(memory.heapLimit)}`,
    "Packages",
    ...found.packages.map(({ name, version }) => `  ${name} ${version ?? "is not installed"}`),
    "Engines, best first",
    ...found.engines.flatMap(engineLines),
    output.problem === null
      ? `Runs can be written to ${output.path}`
      : `Runs cannot be written to ${output.path}: ${output.problem}`,
    best === undefined ? "No engine can run here." : `Ready: a run will use the engine ${best.name}.`,
  ].join("\n");
}
