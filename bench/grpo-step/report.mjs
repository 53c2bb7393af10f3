// Writes what was measured: JSON with everything, Markdown tables, and for growth a plot.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { growthPlot } from "./plot.mjs";

const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
const seconds = (value) => (value === undefined ? "" : value.toFixed(2));
const table = (heading, rows) =>
  [heading, heading.map((_, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const titles = { ours: "RARL SDK", trl: "TRL", "trl-no-checkpointing": "TRL, gradient checkpointing off" };

/** Files `<name>.json`, `.md` and, for growth, `.svg` in `folder`; answers the Markdown. */
export async function writeReport(folder, report) {
  const parts = report.measured.length === 1 ? stepTables(report.measured[0]) : growthTables(report.measured);
  const text = `${[heading(report), ...parts].join("\n\n")}\n`;
  await writeFile(join(folder, `${report.name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, `${report.name}.md`), text);
  if (report.measured.length > 1)
    await writeFile(join(folder, `${report.name}.svg`), growthPlot(report.measured));
  return text;
}

function heading({ shape, parameters, machine, measured: [first] }) {
  const { settings, rates, sides } = first;
  const versions = Object.assign({}, ...sides.map((side) => side.versions));
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `# One GRPO step, shape ${shape} (${parameters.toLocaleString("en-US")} parameters)`,
    `${settings.maxNewTokens} new tokens, LoRA r=8 on q, k, v, o, beta ${settings.beta}, temperature 1, ` +
      `engine ${settings.engine} on ${settings.device}, ${settings.threads} threads, weights in ${settings.weights}; every step a new image. ` +
      `Seconds are medians of ${sides[0].seconds.length} steps, taken in turn.`,
    `${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)} GB; ${known.join(", ")}. Measured here: ` +
      `${(rates.flopsPerSecond / 1e9).toFixed(0)} GFLOP/s (f32, 2048³), ${(rates.bytesPerSecond / 1e9).toFixed(1)} GB/s.`,
  ].join("\n\n");
}

function stepTables({ sides, floor, phases, settings }) {
  const [ours, ...peers] = sides;
  const rows = sides.map(({ name, median, seconds: all, peakBytes }) => [
    titles[name],
    seconds(median),
    `${seconds(Math.min(...all))}–${seconds(Math.max(...all))}`,
    gigabytes(peakBytes),
    name === "ours" ? "" : `${(median / ours.median).toFixed(2)} ×`,
    name === "ours" ? "" : `${((100 * ours.peakBytes) / peakBytes).toFixed(0)} %`,
  ]);
  const sideTable = table(
    ["", "s/step", "range", "peak GB", "its time over ours", "our memory of its"],
    rows,
  );
  const floorLine =
    `The floor of this step is ${seconds(floor.seconds)} s (${(floor.flops / 1e9).toFixed(0)} GFLOP, ` +
    `${gigabytes(floor.bytes)} GB); ours takes ${(ours.median / floor.seconds).toFixed(2)} times that.`;
  return [sideTable, floorLine, phaseTable(phases, floor, peers, settings)];
}

/** The phases that have a floor, by the names of the profile. */
const floorNames = { rollout_prefill: "prefill", rollout_decode: "decode" };

function phaseTable(phases, floor, peers, { groupSize, maxNewTokens, promptTokens }) {
  const tokensOf = (phase) =>
    ({
      rollout_prefill: promptTokens,
      rollout_decode: groupSize * (maxNewTokens - 1),
      reference: promptTokens + groupSize * (maxNewTokens - 1),
      policy_forward: promptTokens + groupSize * (maxNewTokens - 1),
      backward: promptTokens + groupSize * (maxNewTokens - 1),
    })[phase];
  const rows = Object.entries(phases).map(([phase, value]) => {
    const least = floor.phases[floorNames[phase] ?? phase];
    const tokens = tokensOf(phase);
    return [
      phase,
      seconds(value),
      seconds(least),
      least === undefined ? "" : (value / least).toFixed(2),
      tokens === undefined ? "" : (tokens / value).toFixed(0),
      ...peers.map((peer) => seconds(peer.phases?.[phase])),
    ];
  });
  const rollout = peers.map((peer) => seconds(peer.phases?.rollout));
  if (peers.length > 0) rows.push(["rollout (peer: prefill and decode)", "", "", "", "", ...rollout]);
  return table(
    ["phase", "ours, s", "floor, s", "ratio", "rows/s", ...peers.map(({ name }) => `${titles[name]}, s`)],
    rows,
  );
}

function growthTables(measured) {
  const names = measured[0].sides.map(({ name }) => name);
  const rows = measured.map(({ settings, sides, floor }) => [
    `G ${settings.groupSize}, image ${settings.imageSize.join("×")} (prompt ${settings.promptTokens})`,
    String(settings.groupSize * settings.maxNewTokens),
    ...sides.map(({ median }) => seconds(median)),
    seconds(floor.seconds),
  ]);
  const main = table(
    ["", "completion tokens", ...names.map((name) => `${titles[name]}, s`), "floor, s"],
    rows,
  );
  const groups = measured.slice(0, -1);
  const [first, last] = [groups[0], groups.at(-1)];
  const tokens = last.settings.groupSize / first.settings.groupSize;
  const grown = (side) => last.sides[side].median / first.sides[side].median;
  const wide = measured.at(-1);
  const narrow = groups.find(({ settings }) => settings.groupSize === wide.settings.groupSize);
  const more = (side) => wide.sides[side].median - narrow.sides[side].median;
  const lines = names.map(
    (name, side) =>
      `- ${titles[name]}: ${tokens} times the completions take ${grown(side).toFixed(2)} times as long; twice the ` +
      `image's tokens take ${seconds(more(side))} s more.`,
  );
  return [main, lines.join("\n")];
}
