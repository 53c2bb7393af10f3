import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Sample } from "../contracts/sample.js";
import type { Dataset } from "../contracts/data-source.js";
import { rarlError } from "../errors/rarl-error.js";
import type { ActiveEngine } from "../hooks/run-hooks.js";
import { randomStream, restoreRandomStream } from "../random/philox.js";
import type { RandomStream } from "../random/random-stream.js";
import { answered } from "./answered.js";
import { collectSamples } from "./collect-samples.js";
import type { Disposables } from "./disposables.js";
import { refuseChanges, type RunDirectory } from "./run-directory.js";
import { RunParts } from "./run-parts.js";
import type { RunRequest } from "./run-request.js";
import { SampleOrder } from "./sample-order.js";
import { wire, type Wiring } from "./wire.js";

/** Everything a run needs, opened. */
export interface AssembledRun {
  readonly wiring: Wiring;
  readonly parts: RunParts;
  readonly engine: ActiveEngine;
  readonly train: Dataset;
  /** By set name. */
  readonly evaluationSets: ReadonlyMap<string, Dataset>;
  readonly samples: readonly Sample[];
  readonly order: SampleOrder;
  readonly random: RandomStream;
  readonly totalSteps: number;
}

/**
 * Opens everything in the order of the hooks: configured, engine, backbone, adapt, data sets, and for a resumed
 * run the weights and the optimizer's state. What must be freed goes to `disposables` as soon as it exists.
 */
export async function assembleRun(
  request: RunRequest,
  run: RunDirectory,
  disposables: Disposables,
  signal: AbortSignal,
): Promise<AssembledRun> {
  const { kernel, config } = request;
  const { hooks } = kernel;
  const checkpoint = run.resumption?.checkpoint ?? null;
  const state = checkpoint?.state ?? null;
  // A seed that was changed on purpose starts streams of its own.
  const keepsSeed = run.resumption?.changes.includes("seed") !== true;
  const random =
    state !== null && keepsSeed ? restoreRandomStream(state.rarl.random) : randomStream(config.seed);

  const parts = new RunParts();
  const wiring = wire(kernel, config, parts, random, run.path);
  const { algorithm, optimizer } = wiring;
  await hooks.configured.promise({ config, directory: run.path });

  const { device, threads, weights } = config.engine;
  const engine = await hooks.engine.promise({ device, threads, weights });
  if (engine === undefined) throw rarlError("ENGINE_NONE", { reasons: wiring.declinedEngines });
  disposables.add(() => engine.engine.dispose());
  signal.throwIfAborted();

  const opened = await hooks.backbone.promise({ random: random.fork("backbone"), signal });
  const backbone = answered("backbone", `model ${config.model.name}`, opened);
  disposables.add(() => {
    backbone.dispose();
  });
  const adapted = await hooks.adapt.promise({ backbone, adapter: null });
  disposables.add(() => adapted.adapter?.dispose());
  disposables.add(() => {
    optimizer.dispose();
  });
  disposables.add(() => algorithm.dispose?.());
  parts.set(adapted);
  const { variables } = parts;
  if (variables.length === 0) throw rarlError("NOTHING_TRAINABLE", { model: config.model.name });
  signal.throwIfAborted();

  const similarities = kernel.made("similarities");
  for (const similarity of similarities) {
    disposables.add(() => similarity.dispose?.());
    await similarity.open?.(signal);
  }
  signal.throwIfAborted();

  const open = async (role: string) =>
    answered("dataset", role, await hooks.dataset.promise({ role, signal }));
  const train = await open("train");
  const evaluationSets = new Map<string, Dataset>();
  for (const name of Object.keys(config.data.evaluation)) evaluationSets.set(name, await open(name));
  const samples = await collectSamples(train);
  signal.throwIfAborted();

  const trainable = variables.reduce((sum, { variable }) => sum + variable.size, 0);
  const trainer = config.training;
  const totalSteps = trainer.steps ?? Math.ceil((trainer.epochs * samples.length) / algorithm.samplesPerStep);
  const before = run.record.fingerprints;
  const data = Object.fromEntries(
    [["train", train] as const, ...evaluationSets].map(([role, dataset]) => [role, dataset.fingerprint]),
  );
  run.record = {
    ...run.record,
    engine: {
      name: engine.engine.name,
      version: engine.probe.available ? engine.probe.version : "unknown",
      device: engine.device,
    },
    similarities: [...new Set(similarities.map(({ name }) => name))],
    parameters: { total: backbone.parameterCount, trainable },
    fingerprints: { ...before, data, checkpoint: backbone.fingerprint },
    totalSteps,
  };
  if (run.resumption !== null)
    refuseChanges(run.path, changedFiles(before, run.record.fingerprints), request);

  if (checkpoint !== null) {
    const { directory } = checkpoint;
    await (adapted.adapter ?? adapted.backbone).load(directory);
    await optimizer.load(join(directory, "optimizer"), variables);
  }
  await algorithm.start?.(parts);
  if (checkpoint !== null && (await isFolder(join(checkpoint.directory, "algorithm")))) {
    await algorithm.load?.(join(checkpoint.directory, "algorithm"));
  }
  const order = new SampleOrder(samples, config.data.train.shuffle, random.fork("data"), state?.rarl.data);
  return { wiring, parts, engine, train, evaluationSets, samples, order, random, totalSteps };
}

type Fingerprints = RunDirectory["record"]["fingerprints"];

/** What files a resumed run found different; nothing was known of them when the run ended before they were opened. */
function changedFiles(before: Fingerprints, now: Fingerprints): readonly string[] {
  const changes: string[] = [];
  if (before.checkpoint !== null && before.checkpoint !== now.checkpoint)
    changes.push("the model's checkpoint");
  for (const [role, fingerprint] of Object.entries(now.data)) {
    const old = before.data[role];
    if (old !== undefined && old !== fingerprint) changes.push(`the data set ${role}`);
  }
  return changes;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
