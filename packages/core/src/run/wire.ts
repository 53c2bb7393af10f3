import "reflect-metadata";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { instanceCachingFactory } from "tsyringe";
import type { Algorithm } from "../contracts/algorithm.js";
import type { DataSource } from "../contracts/data-source.js";
import type { Judge } from "../contracts/judge.js";
import type { Optimizer } from "../contracts/optimizer.js";
import type { DataChoice, RunConfig } from "../config/run-config.js";
import { rarlError } from "../errors/rarl-error.js";
import { isRarlError, toRarlError } from "../errors/to-rarl-error.js";
import { evaluate } from "../evaluation/evaluate.js";
import { judgeEvaluation } from "../evaluation/judge-evaluation.js";
import type { RunHooks } from "../hooks/run-hooks.js";
import type { ComponentKind } from "../kernel/define-plugin.js";
import type { Kernel } from "../kernel/kernel.js";
import { tokens } from "../kernel/tokens.js";
import type { RandomStream } from "../random/random-stream.js";
import { limitDataset } from "./limit-dataset.js";
import type { RunParts } from "./run-parts.js";
import { runReward } from "./run-reward.js";
import type { RewardColumn, RewardColumns } from "./score-completions.js";
import { writeTrainerState } from "./trainer-state.js";
import { updateWeights } from "./update-weights.js";

/** What the run loop calls itself; everything else it reaches through the hooks. */
export interface Wiring {
  readonly algorithm: Algorithm;
  readonly optimizer: Optimizer;
  readonly rewards: RewardColumns;
  /** Style of evaluations; null when the prompt set has none. */
  readonly inferenceStyle: string | null;
  /** Why engines declined, filled as they are asked. */
  readonly declinedEngines: readonly string[];
}

/** Where first-party taps stand: plugins' own taps are at stage 0 unless they say otherwise. */
const first = -100;
const last = 100;

/** Makes the chosen components and puts them on the hooks under their own names. */
export function wire(
  kernel: Kernel,
  config: RunConfig,
  parts: RunParts,
  random: RandomStream,
  runDirectory: string,
): Wiring {
  const { hooks, container, baseDirectory } = kernel;
  /** The hooks as the plugin of a component sees them, so that errors name it. */
  const hooksOf = (kind: ComponentKind, name: string) => kernel.hooksFor(pluginOf(kernel, kind, name));
  container.register(tokens.random, { useValue: random });
  container.register(tokens.baseDirectory, { useValue: baseDirectory });
  container.register(tokens.cacheDirectory, { useValue: resolve(baseDirectory, config.output, ".cache") });
  container.register(tokens.recordDirectory, { useValue: runDirectory });
  container.register(tokens.textSimilarity, {
    useFactory: instanceCachingFactory(() => create(kernel, "similarities", config.textSimilarity)),
  });

  // Made whether or not a reward uses it: a run that names a measure it cannot have stops here.
  container.resolve(tokens.textSimilarity);

  const declinedEngines = wireEngines(kernel, config);

  const { model, adapter: adapterChoice, algorithm: algorithmChoice, optimizer: optimizerChoice } = config;
  const loader = create(kernel, "backbones", model);
  hooksOf("backbones", model.name).backbone.tapPromise({ name: model.name, stage: last }, (request) =>
    loader.open(request),
  );
  const weights = adapterChoice ?? model;
  if (adapterChoice !== null) {
    const factory = create(kernel, "adapters", adapterChoice);
    const tap = { name: adapterChoice.name, stage: first };
    hooksOf("adapters", adapterChoice.name).adapt.tapPromise(tap, async (adapted) => ({
      ...adapted,
      adapter: await factory.attach(adapted.backbone, random.fork("adapter")),
    }));
  }

  const sources: Record<string, DataChoice> = { train: config.data.train, ...config.data.evaluation };
  for (const [role, choice] of Object.entries(sources)) {
    wireDataSource(hooksOf("dataSources", choice.name), role, choice, create(kernel, "dataSources", choice));
  }

  const promptSet = create(kernel, "promptSets", config.prompts);
  const inferenceStyle = config.evaluation.style ?? promptSet.inferenceStyles[0] ?? null;
  hooksOf("promptSets", config.prompts.name).prompt.tap(
    { name: config.prompts.name, stage: first },
    (draft) => {
      const { sample, style } = draft;
      if (draft.purpose === "training") return { ...draft, prompt: promptSet.train(sample, draft.random) };
      const chosen = style ?? inferenceStyle;
      if (chosen === null) throw rarlError("EVALUATION_STYLE_MISSING", { prompts: config.prompts.name });
      return { ...draft, prompt: promptSet.inference(chosen, sample) };
    },
  );

  hooksOf("backbones", model.name).rollout.tapPromise({ name: model.name, stage: last }, (request) =>
    parts.backbone.sample(request.prompts, request.sampling, request.random, request.signal),
  );

  const rewards = new Map<string, RewardColumn>();
  for (const choice of config.rewards) {
    const plugin = pluginOf(kernel, "rewards", choice.name);
    rewards.set(choice.label, { weight: choice.weight, plugin });
    const reward = create(kernel, "rewards", choice);
    kernel.hooksFor(plugin).score.tapPromise(choice.label, async ({ items, signal, columns }) => {
      columns.set(choice.label, await runReward(reward, choice.label, plugin, items, signal));
    });
  }

  const algorithm = create(kernel, "algorithms", algorithmChoice);
  const algorithmHooks = hooksOf("algorithms", algorithmChoice.name);
  algorithmHooks.advantages.tap({ name: algorithmChoice.name, stage: first }, (batch) =>
    algorithm.advantages === undefined ? batch : algorithm.advantages(batch),
  );

  const optimizer = create(kernel, "optimizers", optimizerChoice);
  const optimizerHooks = hooksOf("optimizers", optimizerChoice.name);
  optimizerHooks.update.tapPromise({ name: optimizerChoice.name, stage: last }, async (request) => {
    request.outcome ??= await updateWeights(optimizer, optimizerChoice, request);
  });

  const weightsHooks = hooksOf(adapterChoice === null ? "backbones" : "adapters", weights.name);
  weightsHooks.checkpoint.tapPromise(weights.name, ({ directory }) =>
    parts.adapter === null ? parts.backbone.save(directory) : parts.adapter.save(directory),
  );
  optimizerHooks.checkpoint.tapPromise(optimizerChoice.name, async ({ directory }) => {
    await optimizer.save(await subfolder(directory, "optimizer"));
  });
  algorithmHooks.checkpoint.tapPromise(algorithmChoice.name, async ({ directory }) => {
    await algorithm.save?.(await subfolder(directory, "algorithm"));
  });
  kernel.hooksFor("core").checkpoint.tapPromise("trainer-state", async ({ directory }) => {
    if (parts.trainerState !== null) await writeTrainerState(directory, parts.trainerState);
  });

  kernel.hooksFor("core").evaluate.tapPromise({ name: "evaluation", stage: last }, (request) => {
    const stream = random.fork("evaluation").fork(request.label);
    const { backbone } = parts;
    return evaluate(request, { hooks, backbone, rewards, settings: config.evaluation, random: stream });
  });

  for (const choice of config.judges) {
    const plugin = pluginOf(kernel, "judges", choice.name);
    tapJudge(kernel.hooksFor(plugin), create(kernel, "judges", choice), choice.label, plugin);
  }
  for (const choice of config.trackers) {
    create(kernel, "trackers", choice).track(hooksOf("trackers", choice.name));
  }
  kernel.checkHooks();
  return { algorithm, optimizer, rewards, inferenceStyle, declinedEngines };
}

/** Every engine that may serve is a tap, the likeliest first; the first that is available answers. */
function wireEngines(kernel: Kernel, { engine: choice }: RunConfig): readonly string[] {
  const declined: string[] = [];
  const automatic = choice.name === "auto";
  const names = automatic ? kernel.components("engines").map(({ name }) => name) : [choice.name];
  const candidates = names.map((name) => ({
    name,
    engine: kernel.create("engines", name, automatic ? {} : choice.options),
  }));
  candidates.sort((a, b) => b.engine.priority - a.engine.priority);
  for (const { name, engine } of candidates) {
    const tap = kernel.hooksFor(pluginOf(kernel, "engines", name)).engine;
    tap.tapPromise({ name, stage: last }, async (request) => {
      const probe = await engine.probe();
      if (!probe.available) {
        const { reason, remedy } = probe;
        if (!automatic) throw rarlError("ENGINE_UNAVAILABLE", { engine: name, reason, remedy });
        declined.push(`${name}: ${reason}. ${remedy}`);
        return undefined;
      }
      try {
        return { engine, probe, device: (await engine.activate(request)).device };
      } catch (error) {
        // What a probe cannot foresee, such as a damaged library or a device that is not there.
        if (!automatic || !isRarlError(error) || error.code !== "ENGINE_UNAVAILABLE") throw error;
        declined.push(error.message);
        return undefined;
      }
    });
  }
  return declined;
}

function wireDataSource(hooks: RunHooks, role: string, choice: DataChoice, source: DataSource): void {
  hooks.dataset.tapPromise({ name: `${choice.name}:${role}`, stage: last }, async (request) =>
    request.role === role ? limitDataset(await source.open(request.signal), choice.limit) : undefined,
  );
}

/** A judge may be down while the run goes well, so its failure is told and stops nothing. */
function tapJudge(hooks: RunHooks, judge: Judge, label: string, plugin: string): void {
  hooks.judge.tapPromise(label, async (request) => {
    try {
      const { verdicts } = await judgeEvaluation({ ...request, judge, label, plugin });
      request.verdicts.set(label, verdicts);
    } catch (error) {
      request.signal.throwIfAborted();
      request.failures.set(label, toRarlError(error));
    }
  });
}

function create<Kind extends ComponentKind>(
  kernel: Kernel,
  kind: Kind,
  choice: { readonly name: string; readonly options: unknown },
) {
  return kernel.create(kind, choice.name, choice.options);
}

function pluginOf(kernel: Kernel, kind: ComponentKind, name: string): string {
  return kernel.components(kind).find((component) => component.name === name)?.plugin ?? "core";
}

async function subfolder(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path, { recursive: true });
  return path;
}
