import type { ComponentKind } from "./define-plugin.js";

/** Of each kind of component: what one is called in messages, and the keys that all its sections share. */
export const componentKinds = {
  engines: { label: "engines", sharedKeys: ["device", "threads", "memory"] },
  backbones: { label: "models", sharedKeys: [] },
  adapters: { label: "adapters", sharedKeys: [] },
  algorithms: { label: "algorithms", sharedKeys: [] },
  optimizers: { label: "optimizers", sharedKeys: ["learningRate", "schedule", "maxGradNorm"] },
  rewards: { label: "rewards", sharedKeys: ["weight", "label"] },
  similarities: { label: "text similarities", sharedKeys: [] },
  promptSets: { label: "prompt sets", sharedKeys: [] },
  judges: { label: "judges", sharedKeys: ["label"] },
  dataSources: { label: "data sources", sharedKeys: ["limit", "shuffle"] },
  trackers: { label: "trackers", sharedKeys: [] },
} as const satisfies Record<
  ComponentKind,
  { readonly label: string; readonly sharedKeys: readonly string[] }
>;

export const componentKindNames = Object.keys(componentKinds) as readonly ComponentKind[];

/** Keys of a configuration section that are not the component's own options. */
export function reservedKeys(kind: ComponentKind): readonly string[] {
  return ["name", ...componentKinds[kind].sharedKeys];
}
