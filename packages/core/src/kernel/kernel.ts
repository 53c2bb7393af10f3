import type { DependencyContainer } from "tsyringe";
import type { z } from "zod";
import type { RunHooks } from "../hooks/run-hooks.js";
import type { ComponentFactory } from "./component-factory.js";
import type { ComponentKind, Components, ComponentUse, DataRecipient } from "./define-plugin.js";

/** A registered component, as listings and schemas see it. */
export interface ComponentListing {
  readonly kind: ComponentKind;
  readonly name: string;
  /** Name of the plugin that registered it. */
  readonly plugin: string;
  readonly description: string;
  /** Schema of its options, without `name` and the section's common keys. */
  readonly optionsSchema: z.ZodObject;
  /** See `ComponentInfo`; null for one that sends nothing. */
  readonly sendsTo: ((options: never) => DataRecipient | null) | null;
  /** See `ComponentInfo`; null for one that makes no others. */
  readonly uses: ((options: never) => readonly ComponentUse[]) | null;
}

/** A plugin that has been applied. */
export interface AppliedPlugin {
  readonly name: string;
  readonly apiVersion: string;
  readonly requires: readonly string[];
  /** `built-in`, or the package name or path it came from. */
  readonly source: string;
}

/** The applied plugins of a run: their components, the run's hooks and its container. */
export interface Kernel extends ComponentFactory {
  readonly hooks: RunHooks;
  /** Child container of the run; components are resolved from children of it. */
  readonly container: DependencyContainer;
  readonly baseDirectory: string;
  /** In the order they were applied. */
  readonly plugins: readonly AppliedPlugin[];
  components(kind: ComponentKind): readonly ComponentListing[];
  has(kind: ComponentKind, name: string): boolean;
  /** The hooks as `plugin` sees them: errors of its taps name it. */
  hooksFor(plugin: string): RunHooks;
  /** The components of that kind made so far, in order, by the run or by other components. */
  made<Kind extends ComponentKind>(kind: Kind): readonly Components[Kind][];
  /**
   * Looks whether every `before` of every tap names a tap that is there. Called once all components are wired.
   * @throws RarlError `HOOK_BEFORE_UNKNOWN`
   */
  checkHooks(): void;
}
