// Writes what was measured: JSON with everything but the texts, and Markdown tables.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median } from "../grpo-step/measure.mjs";

const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
const table = (heading, rows) =>
  [heading, heading.map((_, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const titles = {
  distinct: "Every question its own image",
  shared: "Several questions an image",
};

/** Files `<name>.json` and `.md` in `folder`; answers the Markdown. */
export async function writeReport(folder, report) {
  const sets = Object.keys(titles).map((label) => setOf(label, report.measured));
  const result = { ...report, measured: undefined, sets };
  const text = `${[heading(report), ...sets.map(setText)].join("\n\n")}\n`;
  await writeFile(join(folder, `${report.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(join(folder, `${report.name}.md`), text);
  return text;
}

function setOf(label, measured) {
  const find = ({ sets }) => sets.find((set) => set.label === label);
  const [first] = measured.map(({ rounds }) => find(rounds[0]));
  const sides = measured.map(({ batch, rounds, profiled }) => {
    const all = rounds.map(find);
    if (all.some(({ tokens }) => tokens !== first.tokens)) throw new Error(`token counts of ${label} differ`);
    const seconds = all.map((set) => set.seconds);
    return {
      batch,
      seconds,
      samplesPerSecond: first.samples / median(seconds),
      peakBytes: Math.max(...rounds.map(({ peakBytes }) => peakBytes)),
      /** Completions that are word for word those of the first batch size. */
      sameTexts: all[0].texts.filter((text, index) => text === first.texts[index]).length,
      phases: profiled === undefined ? {} : find(profiled).phases,
    };
  });
  return { label, samples: first.samples, promptTokens: first.promptTokens, tokens: first.tokens, sides };
}

function heading({ parameters, settings, machine, measured }) {
  const { questions, shared, tokens, threads, engine } = settings;
  return [
    `# rarl-sdk eval, ${parameters.toLocaleString("en-US")} parameters, in batches`,
    `${questions} questions, ${tokens} new tokens each, greedy, images of 448×448, ${shared} questions an image where ` +
      `images are shared; engine ${engine}, ${threads} threads, f32. Medians of ${measured[0].rounds.length} processes, ` +
      "taken in turn, from the first prompt to the report: reading and encoding images included, loading the model not.",
    `${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)} GB; Node ${machine.node.slice(1)}.`,
  ].join("\n\n");
}

function setText({ label, samples, promptTokens, tokens, sides }) {
  const [one] = sides;
  const rows = sides.map(({ batch, seconds, samplesPerSecond, peakBytes, sameTexts }) => [
    batch,
    samplesPerSecond.toFixed(2),
    `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}`,
    `${(samplesPerSecond / one.samplesPerSecond).toFixed(2)} ×`,
    `${sameTexts} of ${samples}`,
    gigabytes(peakBytes),
  ]);
  const phases = [...new Set(sides.flatMap((side) => Object.keys(side.phases)))];
  const phaseRows = phases.map((phase) => [
    phase.replace("rollout_", ""),
    ...sides.map((side) => (side.phases[phase] ?? 0).toFixed(2)),
  ]);
  const byPhase = [
    "Seconds by phase, of a run of its own that waits at the borders of phases:",
    table(["phase", ...sides.map(({ batch }) => `batch ${batch}`)], phaseRows),
  ];
  return [
    `## ${titles[label]}`,
    `${samples} questions, ${promptTokens} prompt tokens, ${tokens} completion tokens.`,
    table(["batch", "samples/s", "seconds", "against the first", "same texts", "peak GB"], rows),
    ...(phases.length === 0 ? [] : byPhase),
  ].join("\n\n");
}
