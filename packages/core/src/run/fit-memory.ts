import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { StepContext } from "../contracts/algorithm.js";
import type { MemoryPlan } from "../contracts/memory.js";
import type { Prompt } from "../contracts/prompt.js";
import type { Sample } from "../contracts/sample.js";
import { drainEngine } from "../profile/drain-engine.js";
import { peakMemory } from "../profile/peak-memory.js";
import { rarlError } from "../errors/rarl-error.js";
import type { AssembledRun } from "./assemble.js";
import { formatBytes, parseBytes } from "./bytes.js";

/** Samples whose prompts are looked at; all of them would mean to decode every image before the first step. */
const probes = 8;

/** Some of the samples, evenly over all. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  const step = Math.max(1, items.length / count);
  return Array.from(
    { length: Math.min(count, items.length) },
    (_, index) => items[Math.floor(index * step)]!,
  );
}

/**
 * Makes the algorithm keep within `engine.memory`, before anything is trained. What is in use by now, with the model
 * loaded, is measured; what a step adds is estimated from shapes.
 * @returns what it chose, in a sentence; null without a budget
 * @throws RarlError `MEMORY_BUDGET` when no way fits
 */
export async function fitMemory(
  memory: string | undefined,
  { parts, wiring: { algorithm }, engine, samples }: AssembledRun,
  context: StepContext,
): Promise<string | null> {
  if (memory === undefined) return null;
  const { backbone } = parts;
  if (algorithm.fitMemory === undefined || backbone.stepMemory === undefined) {
    return `engine.memory has no effect: the ${algorithm.fitMemory === undefined ? "algorithm" : "model"} cannot plan`;
  }
  const isHost = engine.device.startsWith("cpu");
  const used = isHost ? residentBytes() : engine.engine.memory().bytes;
  const prompts: Prompt[] = [];
  for (const sample of spread<Sample>(samples, probes)) prompts.push(await context.prompt(sample));
  const peak = peakMemory();
  peak.take();
  let promptTokens = 0;
  for (let first = 0; first < prompts.length; first += algorithm.samplesPerStep) {
    const batch = prompts.slice(first, first + algorithm.samplesPerStep);
    const encoded = await backbone.encode(batch, context.signal);
    promptTokens = Math.max(promptTokens, ...encoded.map(({ tokenIds }) => tokenIds.length));
  }
  drainEngine();
  const images = isHost ? Math.max(0, peak.take() - used) : 0;
  const budget = parseBytes(memory);
  const plan = algorithm.fitMemory({ bytes: budget - used, promptTokens }, backbone);
  const needed = used + Math.max(images, plan.memory.rollout, plan.memory.pass);
  const numbers = {
    budget: memory,
    needed: formatBytes(needed),
    used: formatBytes(used),
    images: formatBytes(images),
    ...describe(plan),
  };
  if (needed > budget) throw rarlError("MEMORY_BUDGET", numbers);
  return (
    `about ${numbers.needed} of engine.memory (${memory}) expected: ${numbers.used} with the model loaded, then at ` +
    `most one of ${numbers.images} for images, ${numbers.rollout} for ${numbers.rolloutOf}, and ${numbers.pass} for ` +
    numbers.passOf
  );
}

function describe({ load, memory }: MemoryPlan) {
  const { rollout, pass, promptTokens, completionTokens, recompute } = load;
  const tokens = `with prompts of ${promptTokens} tokens and up to ${completionTokens} new ones`;
  return {
    rollout: formatBytes(memory.rollout),
    rolloutOf: `sampling ${rollout.prompts} × ${rollout.completions} completions ${tokens}`,
    pass: formatBytes(memory.pass),
    passOf:
      `a gradient pass over ${pass.prompts} × ${pass.completions} of them` +
      (recompute ? ", activations recomputed" : ""),
  };
}

/** Memory of the process without what loading left behind, which a garbage collection gives back. */
function residentBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage.rss();
}
