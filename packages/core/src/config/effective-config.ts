import type { RunConfig } from "./run-config.js";

type Plain = Record<string, unknown>;

/** `{ name, options, …shared }` as a section of the file: `{ name, …shared, …options }`. */
function section({ name, options, ...shared }: { name: string; options: Readonly<Plain> } & Plain): Plain {
  return { name, ...shared, ...options };
}

/** Without the keys whose value is undefined, which YAML and JSON cannot hold. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, below]) => below !== undefined)
      .map(([key, below]) => [key, withoutUndefined(below)]),
  );
}

/** A checked configuration in the form of the file, defaults and all; parsing it gives the same configuration. */
export function effectiveConfig(config: RunConfig): Plain {
  const sections: Plain = {
    ...config,
    engine: section({ ...config.engine }),
    model: section({ ...config.model }),
    adapter: config.adapter && section({ ...config.adapter }),
    algorithm: section({ ...config.algorithm }),
    optimizer: section({ ...config.optimizer }),
    data: {
      train: section({ ...config.data.train }),
      evaluation: Object.fromEntries(
        Object.entries(config.data.evaluation).map(([name, one]) => [name, section({ ...one })]),
      ),
    },
    prompts: section({ ...config.prompts }),
    textSimilarity: section({ ...config.textSimilarity }),
    rewards: config.rewards.map((one) => section({ ...one })),
    judges: config.judges.map((one) => section({ ...one })),
    trackers: config.trackers.map((one) => section({ ...one })),
  };
  return withoutUndefined(sections) as Plain;
}
