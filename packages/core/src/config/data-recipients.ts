import type { ComponentKind, DataRecipient } from "../kernel/define-plugin.js";
import type { Kernel } from "../kernel/kernel.js";
import type { ComponentChoice, RunConfig } from "./run-config.js";

/** A component of a configuration, and who it sends samples to. */
export interface ConfiguredRecipient extends DataRecipient {
  /** Such as `judges.openai`, or `rewards.reasoning, judges.openai` for one that another uses. */
  readonly component: string;
}

/** Sections of a configuration that choose components. */
export type ChosenSections = Partial<
  Pick<
    RunConfig,
    | "engine"
    | "model"
    | "adapter"
    | "algorithm"
    | "optimizer"
    | "data"
    | "prompts"
    | "textSimilarity"
    | "rewards"
    | "judges"
    | "trackers"
  >
>;

/**
 * Everyone that the components of a configuration send samples to, by their own word. Empty when nothing leaves the
 * machine.
 */
export function dataRecipients(kernel: Kernel, sections: ChosenSections): readonly ConfiguredRecipient[] {
  return choicesOf(sections).flatMap(([kind, { name, options }]) =>
    recipientsOf(kernel, kind, name, options),
  );
}

type Choice = Pick<ComponentChoice, "name" | "options">;

function choicesOf(sections: ChosenSections): readonly (readonly [ComponentKind, Choice])[] {
  const { data, rewards = [], judges = [], trackers = [] } = sections;
  const choices: readonly (readonly [ComponentKind, Choice | null | undefined])[] = [
    ["engines", sections.engine],
    ["backbones", sections.model],
    ["adapters", sections.adapter],
    ["algorithms", sections.algorithm],
    ["optimizers", sections.optimizer],
    ["dataSources", data?.train],
    ...Object.values(data?.evaluation ?? {}).map((choice) => ["dataSources", choice] as const),
    ["promptSets", sections.prompts],
    ["similarities", sections.textSimilarity],
    ...rewards.map((choice) => ["rewards", choice] as const),
    ...judges.map((choice) => ["judges", choice] as const),
    ...trackers.map((choice) => ["trackers", choice] as const),
  ];
  return choices.flatMap(([kind, choice]) => (choice ? [[kind, choice] as const] : []));
}

function recipientsOf(
  kernel: Kernel,
  kind: ComponentKind,
  name: string,
  given: unknown,
): ConfiguredRecipient[] {
  const listing = kernel.components(kind).find((one) => one.name === name);
  const parsed = listing?.optionsSchema.safeParse(given);
  if (listing === undefined || parsed?.success !== true) return [];
  const options = parsed.data as never;
  const component = `${kind}.${name}`;
  const own = listing.sendsTo?.(options) ?? null;
  const used = (listing.uses?.(options) ?? []).flatMap((use) =>
    recipientsOf(kernel, use.kind, use.name, use.options).map((recipient) => ({
      ...recipient,
      component: `${component}, ${recipient.component}`,
    })),
  );
  return [...(own === null ? [] : [{ ...own, component }]), ...used];
}
