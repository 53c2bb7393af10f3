import type { DependencyContainer } from "tsyringe";
import type { z } from "zod";
import type { AdapterFactory } from "../contracts/adapter.js";
import type { Algorithm } from "../contracts/algorithm.js";
import type { BackboneLoader } from "../contracts/backbone.js";
import type { DataSource } from "../contracts/data-source.js";
import type { TensorEngine } from "../contracts/engine.js";
import type { Judge } from "../contracts/judge.js";
import type { Optimizer } from "../contracts/optimizer.js";
import type { PromptSet } from "../contracts/prompt-set.js";
import type { Reward } from "../contracts/reward.js";
import type { TextSimilarity } from "../contracts/text-similarity.js";
import type { Tracker } from "../contracts/tracker.js";
import type { RunHooks } from "../hooks/run-hooks.js";

/** What each registry holds, by the name it has on the plugin context. */
export interface Components {
  engines: TensorEngine;
  backbones: BackboneLoader;
  adapters: AdapterFactory;
  algorithms: Algorithm;
  optimizers: Optimizer;
  rewards: Reward;
  similarities: TextSimilarity;
  promptSets: PromptSet;
  judges: Judge;
  dataSources: DataSource;
  trackers: Tracker;
}

export type ComponentKind = keyof Components;

/** A class that tsyringe constructs; its parameters carry `@inject(tokens.…)`. */
export type ComponentClass<Component> = new (...injected: never[]) => Component;

export interface ComponentInfo<Options extends z.ZodObject = z.ZodObject> {
  /** Schema of the component's options in the configuration, without `name`; no options when absent. */
  readonly options?: Options;
  /** One line for listings. */
  readonly description: string;
  /**
   * Where a component with these options sends the text or images of samples, for the notices that `config check` and
   * `run` print; null when all stays in this process. Every component that sends anything must say so.
   */
  readonly sendsTo?: (options: z.output<Options>) => DataRecipient | null;
  /**
   * Components that one with these options makes through `tokens.components`, so that their options are checked with
   * the configuration and what they send is told.
   */
  readonly uses?: (options: z.output<Options>) => readonly ComponentUse[];
}

/** A component that another one's options choose. */
export interface ComponentUse {
  readonly kind: ComponentKind;
  readonly name: string;
  /** Its own options as given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where they stand among the options of the one that uses it, such as `["judge"]`. */
  readonly path: readonly (string | number)[];
}

/** Who receives what of the samples. */
export interface DataRecipient {
  /** Such as `https://api.openai.com/v1`. */
  readonly address: string;
  /** Such as `questions, reference answers and completions`. */
  readonly what: string;
}

/** The components of one kind that plugins have registered. */
export interface Registry<Component> {
  /** Registers an `@injectable()` class, resolved from the run's container when it is chosen. */
  add<Options extends z.ZodObject>(
    name: string,
    component: ComponentClass<Component>,
    info: ComponentInfo<Options>,
  ): void;
  /** Registers a function that makes the component from its parsed options. */
  addFactory<Options extends z.ZodObject>(
    name: string,
    create: (options: z.output<Options>, container: DependencyContainer) => Component,
    info: ComponentInfo<Options>,
  ): void;
}

/** What a plugin gets when it is applied: one registry a contract, the hooks, and the run's container. */
export type PluginContext = {
  readonly [Kind in ComponentKind]: Registry<Components[Kind]>;
} & {
  /** Taps are checked: names must be unique, and errors say which plugin and hook they came from. */
  readonly hooks: RunHooks;
  readonly container: DependencyContainer;
};

/** A plugin: metadata that is checked before anything runs, and what it does when applied. */
export interface Plugin<Options extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Version of the plugin interface it was written for: same major, minor not newer than the host's. */
  readonly apiVersion: string;
  /** Names of plugins that must be there and are applied first. */
  readonly requires?: readonly string[];
  /** Schema of the plugin's own options; strict and empty when absent. */
  readonly options?: Options;
  apply(context: PluginContext, options: z.output<Options>): void;
}

/** Gives a plugin its types; the way to write one. */
export function definePlugin<Options extends z.ZodObject>(plugin: Plugin<Options>): Plugin<Options> {
  return plugin;
}

export { apiVersion } from "./api-version.js";
