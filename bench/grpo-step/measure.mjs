// Takes turns: one step of each side after the other, so that what slows the machine down slows all of them.
import { floorOf, stepWork } from "./floor.mjs";
import { startOurs, startPeer } from "./sessions.mjs";

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[middle - 0.5] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The engine keeps frozen weights as the checkpoint has them. */
export function bytesPerWeight({ torch_dtype: dtype }) {
  return { float32: 4, bfloat16: 2 }[dtype];
}

/** Group sizes at a fixed prompt, then an image of twice the tokens. */
export function growthCases(base) {
  const groups = [4, 8, 16].map((groupSize) => ({ ...base, groupSize }));
  return [...groups, { ...base, imageSize: [896, 448] }];
}

/**
 * Steps of ours and of the peer in turn, the first of each not counted; then, on its own, our step by phase, which
 * costs time at the borders of phases.
 */
export async function measureCase(settings, { python, peers, rates }) {
  const sides = [{ name: "ours", session: await startOurs(settings), seconds: [], count: settings.steps }];
  for (const peerCheckpointing of python === "" ? [] : peers) {
    const name = peerCheckpointing ? "trl" : "trl-no-checkpointing";
    const session = await startPeer({ ...settings, steps: settings.peerSteps, peerCheckpointing }, python);
    sides.push({ name, session, seconds: [], phases: [], count: settings.peerSteps });
  }
  const machineRates = [];
  try {
    for (const { session } of sides) await session.ready();
    for (let step = 1; step <= settings.steps; step++) {
      machineRates.push(await rates());
      for (const side of sides.filter(({ count }) => step <= count)) {
        const event = await side.session.step();
        console.error(`${side.name.padEnd(22)} step ${step}  ${event.seconds.toFixed(2)} s`);
        side.tokens = event.tokens;
        if (step === 1 && side.count > 1) continue;
        side.seconds.push(event.seconds);
        side.phases?.push(event.phases);
      }
    }
    for (const side of sides) side.finished = await side.session.finished();
  } finally {
    for (const { session } of sides) session.stop();
  }
  const [{ tokens }] = sides;
  for (const side of sides) {
    if (side.tokens.prompt !== tokens.prompt || `${side.tokens.completion}` !== `${tokens.completion}`)
      throw new Error(`tokens differ: ${JSON.stringify([tokens, side.tokens])}`);
  }
  const best = {
    flopsPerSecond: Math.max(...machineRates.map((rate) => rate.flopsPerSecond)),
    bytesPerSecond: Math.max(...machineRates.map((rate) => rate.bytesPerSecond)),
  };
  const work = stepWork({
    ...settings,
    prompt: tokens.prompt,
    completions: settings.groupSize,
    bytesPerWeight: bytesPerWeight(settings.shape),
  });
  return {
    settings: {
      groupSize: settings.groupSize,
      maxNewTokens: settings.maxNewTokens,
      imageSize: settings.imageSize,
      promptTokens: tokens.prompt,
      beta: settings.beta,
      threads: settings.threads,
      device: settings.device,
      engine: settings.engine,
      weights: settings.shape.torch_dtype,
      peerDtype: settings.dtype,
    },
    rates: best,
    floor: floorOf(work, best),
    phases: await measurePhases(settings),
    sides: sides.map(({ name, seconds, phases, finished }) => ({
      name,
      seconds,
      median: median(seconds),
      peakBytes: finished.peakBytes,
      versions: finished.versions,
      ...(phases !== undefined && { phases: mediansByPhase(phases) }),
    })),
  };
}

/** Median seconds of each phase of our step. */
async function measurePhases(settings) {
  const session = await startOurs({ ...settings, steps: 4 }, { profile: true });
  try {
    await session.ready();
    const phases = [];
    for (let step = 1; step <= 4; step++) {
      const { metrics } = await session.step();
      const found = Object.entries(metrics).flatMap(([name, value]) => {
        const phase = /^profile\/(.+)\/seconds$/.exec(name)?.[1];
        return phase === undefined ? [] : [[phase, value]];
      });
      if (step > 1) phases.push(Object.fromEntries(found));
    }
    await session.finished();
    return mediansByPhase(phases);
  } finally {
    session.stop();
  }
}

function mediansByPhase(steps) {
  const names = new Set(steps.flatMap((phases) => Object.keys(phases)));
  return Object.fromEntries([...names].map((name) => [name, median(steps.map((step) => step[name] ?? 0))]));
}
