import { isDeepStrictEqual } from "node:util";
import type { EngineOptions } from "../contracts/engine.js";
import { rarlError, type RarlError } from "../errors/rarl-error.js";
import { componentKinds, reservedKeys } from "../kernel/component-kinds.js";
import type { ComponentKind } from "../kernel/define-plugin.js";
import type { Kernel } from "../kernel/kernel.js";
import { formatPath, type ConfigPath } from "./config-path.js";
import { configSchema } from "./config-schema.js";
import { explainIssues, type ConfigIssue } from "./explain-issues.js";
import type { Locate } from "./load-config.js";
import type { ComponentChoice, PluginEntry, RunConfig } from "./run-config.js";
import { pluginsSchema } from "./section-schemas.js";
import { useIssues } from "./use-issues.js";

/** What the sections under a path choose, for messages about unknown names. */
function kindAt(path: ConfigPath): ComponentKind | null {
  const kinds: Readonly<Record<string, ComponentKind>> = {
    engine: "engines",
    model: "backbones",
    adapter: "adapters",
    algorithm: "algorithms",
    optimizer: "optimizers",
    data: "dataSources",
    prompts: "promptSets",
    textSimilarity: "similarities",
    rewards: "rewards",
    judges: "judges",
    trackers: "trackers",
  };
  return kinds[String(path[0])] ?? null;
}

/** A single unknown key or name is an error of its own kind; anything else is listed together. */
export function configError(
  issues: readonly ConfigIssue[],
  file: string,
  locate: Locate | undefined,
): RarlError {
  const [issue] = issues;
  const placeOf = ({ path }: ConfigIssue) => locate?.(path) ?? null;
  if (issues.length === 1 && issue) {
    const { given, suggestion, known } = issue;
    const path = formatPath(issue.path);
    const place = placeOf(issue);
    const kind = kindAt(issue.path);
    if (issue.kind === "unknown-key")
      return rarlError("CONFIG_KEY_UNKNOWN", { file, place, path, suggestion, known });
    // Deeper unions are a component's own business and may choose anything.
    if (issue.kind === "unknown-name" && given !== null && kind !== null && issue.path.at(-1) === "name") {
      const where = `${file}${place ? `:${place.line}:${place.column}` : ""}: ${path}`;
      return rarlError("COMPONENT_UNKNOWN", {
        where,
        kind: componentKinds[kind].label,
        name: given,
        suggestion,
        known,
      });
    }
  }
  const problems = issues.map((one) => {
    const place = placeOf(one);
    const line = place ? ` (line ${place.line}, column ${place.column})` : "";
    return `${one.path.length === 0 ? "" : `${formatPath(one.path)}${line}: `}${one.message}`;
  });
  return rarlError("CONFIG_INVALID", { file, problems });
}

function toEntry(plugin: string | PluginEntry): PluginEntry {
  return typeof plugin === "string" ? { use: plugin, options: {} } : plugin;
}

/**
 * The plugins that a configuration names; read first, since the rest of its schema comes from them.
 * @throws RarlError `CONFIG_INVALID`, `CONFIG_KEY_UNKNOWN`
 */
export function pluginEntries(
  raw: Readonly<Record<string, unknown>>,
  file: string,
  locate?: Locate,
): readonly PluginEntry[] {
  const parsed = explainIssues(pluginsSchema, raw["plugins"] ?? []);
  if (!parsed.success) {
    throw configError(
      parsed.issues.map((issue) => ({ ...issue, path: ["plugins", ...issue.path] })),
      file,
      locate,
    );
  }
  return parsed.data.map(toEntry);
}

type Section = Readonly<Record<string, unknown>> & { readonly name: string };

/**
 * A section as the choice of a component. The options have their defaults filled in, unless the schema changes values
 * so that it would not take its own output; then they stay as written. Either way `kernel.create` parses them.
 */
export function choose(kernel: Kernel, kind: ComponentKind, parsed: unknown, raw: unknown): ComponentChoice {
  const { name } = parsed as Section;
  const own = (section: unknown) =>
    Object.fromEntries(
      Object.entries((section ?? {}) as Section).filter(
        ([key, value]) => value !== undefined && !reservedKeys(kind).includes(key),
      ),
    );
  const options = own(parsed);
  const schema = kernel.components(kind).find((listing) => listing.name === name)?.optionsSchema;
  const again = schema?.safeParse(options);
  const settled = again === undefined || (again.success && isDeepStrictEqual(own(again.data), options));
  return { name, options: settled ? options : own(raw) };
}

/**
 * Checks a configuration against the schema composed from the kernel's plugins and fills in every default.
 * `file` is named in messages; with `locate`, so are line and column.
 * @throws RarlError `CONFIG_KEY_UNKNOWN`, `COMPONENT_UNKNOWN`, `CONFIG_INVALID`
 */
export function parseConfig(
  kernel: Kernel,
  raw: Readonly<Record<string, unknown>>,
  file: string,
  locate?: Locate,
): RunConfig {
  const result = explainIssues(configSchema(kernel), raw);
  if (!result.success) throw configError(result.issues, file, locate);
  const parsed = result.data as ParsedConfig;
  const given = raw as RawSections;
  const data = (section: DataSection, rawSection: unknown) => ({
    ...choose(kernel, "dataSources", section, rawSection),
    limit: section.limit,
    shuffle: section.shuffle,
  });
  const { device, threads, weights, memory } = parsed.engine;
  const { learningRate, schedule, maxGradNorm } = parsed.optimizer;
  const config: RunConfig = {
    name: parsed.name,
    seed: parsed.seed,
    output: parsed.output,
    engine: { ...choose(kernel, "engines", parsed.engine, given.engine), device, threads, weights, memory },
    model: choose(kernel, "backbones", parsed.model, given.model),
    adapter: parsed.adapter === null ? null : choose(kernel, "adapters", parsed.adapter, given.adapter),
    algorithm: choose(kernel, "algorithms", parsed.algorithm, given.algorithm),
    optimizer: {
      ...choose(kernel, "optimizers", parsed.optimizer, given.optimizer),
      learningRate,
      schedule,
      maxGradNorm,
    },
    data: {
      train: data(parsed.data.train, given.data?.train),
      evaluation: Object.fromEntries(
        Object.entries(parsed.data.evaluation).map(([name, section]) => [
          name,
          data(section, given.data?.evaluation?.[name]),
        ]),
      ),
    },
    prompts: choose(kernel, "promptSets", parsed.prompts, given.prompts),
    textSimilarity: choose(kernel, "similarities", parsed.textSimilarity, given.textSimilarity),
    rewards: parsed.rewards.map((section, index) => ({
      ...choose(kernel, "rewards", section, given.rewards?.[index]),
      weight: section.weight,
      label: section.label ?? section.name,
    })),
    judges: parsed.judges.map((section, index) => ({
      ...choose(kernel, "judges", section, given.judges?.[index]),
      label: section.label ?? section.name,
    })),
    training: parsed.training,
    evaluation: parsed.evaluation,
    trackers: parsed.trackers.map((section, index) =>
      choose(kernel, "trackers", section, given.trackers?.[index]),
    ),
    plugins: parsed.plugins.map(toEntry),
  };
  const issues = config.rewards.flatMap((reward, index) =>
    useIssues(kernel, "rewards", reward, ["rewards", index]),
  );
  if (issues.length > 0) throw configError(issues, file, locate);
  return config;
}

type DataSection = Section & { readonly limit: number | null; readonly shuffle: boolean };

/** What the composed schema gives; its unions are built at run time, so the compiler cannot know them. */
interface ParsedConfig extends Pick<RunConfig, "name" | "seed" | "output" | "training" | "evaluation"> {
  readonly engine: Section & Pick<RunConfig["engine"], keyof EngineOptions | "memory">;
  readonly model: Section;
  readonly adapter: Section | null;
  readonly algorithm: Section;
  readonly optimizer: Section & Pick<RunConfig["optimizer"], "learningRate" | "schedule" | "maxGradNorm">;
  readonly data: { readonly train: DataSection; readonly evaluation: Readonly<Record<string, DataSection>> };
  readonly prompts: Section;
  readonly textSimilarity: Section;
  readonly rewards: readonly (Section & { readonly weight: number; readonly label?: string })[];
  readonly judges: readonly (Section & { readonly label?: string })[];
  readonly trackers: readonly Section[];
  readonly plugins: readonly (string | PluginEntry)[];
}

/** The same sections as written, of which any may be absent. */
interface RawSections {
  readonly engine?: unknown;
  readonly model?: unknown;
  readonly adapter?: unknown;
  readonly algorithm?: unknown;
  readonly optimizer?: unknown;
  readonly data?: { readonly train?: unknown; readonly evaluation?: Readonly<Record<string, unknown>> };
  readonly prompts?: unknown;
  readonly textSimilarity?: unknown;
  readonly rewards?: readonly unknown[];
  readonly judges?: readonly unknown[];
  readonly trackers?: readonly unknown[];
}
