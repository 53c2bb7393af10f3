import path from "node:path";
import { container as rootContainer } from "tsyringe";
import { z } from "zod";
import type { PluginEntry } from "../config/run-config.js";
import { explainIssues } from "../config/explain-issues.js";
import { rarlError, type RarlError } from "../errors/rarl-error.js";
import { isRarlError, reasonOf } from "../errors/to-rarl-error.js";
import { checkBefore } from "../hooks/check-before.js";
import { guardHooks } from "../hooks/guard-hooks.js";
import { pluginHooks } from "../hooks/plugin-hooks.js";
import { createRunHooks, type RunHooks } from "../hooks/run-hooks.js";
import type { SlowTapWatch } from "../hooks/slow-taps.js";
import { checkPlugin } from "./check-plugin.js";
import type { ComponentFactory } from "./component-factory.js";
import { componentKindNames } from "./component-kinds.js";
import { ComponentRegistry } from "./component-registry.js";
import { constructComponent } from "./construct-component.js";
import type { ComponentKind, Components, Plugin, PluginContext } from "./define-plugin.js";
import type { Kernel } from "./kernel.js";
import { loadPlugin } from "./load-plugin.js";
import { orderPlugins, type LoadedPlugin } from "./order-plugins.js";
import { tokens } from "./tokens.js";

export interface KernelRequest {
  /** Plugins that are there without being named in the configuration. */
  readonly builtins: readonly Plugin[];
  /** Entries of `plugins:`; see `pluginEntries`. */
  readonly plugins?: readonly (string | PluginEntry)[];
  /** Folder of the configuration file, from which packages and paths are found. */
  readonly baseDirectory: string;
  /** Reports taps that do not settle; off when absent. */
  readonly watch?: SlowTapWatch;
}

async function loadAll({
  builtins,
  plugins = [],
  baseDirectory,
}: KernelRequest): Promise<readonly LoadedPlugin[]> {
  const loaded: LoadedPlugin[] = builtins.map((plugin) => ({
    plugin: checkPlugin(plugin, plugin.name),
    source: "built-in",
    options: {},
  }));
  for (const entry of plugins) {
    const { use, options } = typeof entry === "string" ? { use: entry, options: {} } : entry;
    const plugin = await loadPlugin(use, baseDirectory);
    // Naming a built-in plugin in the configuration is how it gets options.
    const builtin = loaded.findIndex((other) => other.source === "built-in" && other.plugin === plugin);
    if (builtin >= 0) loaded[builtin] = { plugin, source: use, options };
    else loaded.push({ plugin, source: use, options });
  }
  return orderPlugins(loaded);
}

function applyPlugin({ plugin, options }: LoadedPlugin, context: PluginContext): void {
  const schema = (plugin.options ?? z.strictObject({})).strict();
  const parsed = explainIssues(schema, options);
  if (!parsed.success) throw rarlError("PLUGIN_OPTIONS", { plugin: plugin.name, problems: parsed.problems });
  // Typed as void, and in JavaScript anything.
  const untyped: { apply(given: PluginContext, options: never): unknown } = plugin;
  let returned: unknown;
  try {
    returned = untyped.apply(context, parsed.data as never);
  } catch (error) {
    if (isRarlError(error)) throw error.within(`plugin ${plugin.name}`);
    throw rarlError(
      "PLUGIN_APPLY_FAILED",
      { plugin: plugin.name, reason: reasonOf(error) },
      { cause: error },
    );
  }
  if (returned instanceof Promise) {
    returned.catch(() => undefined);
    throw rarlError("PLUGIN_APPLY_FAILED", {
      plugin: plugin.name,
      reason: "it returned a promise, which nobody awaits",
    });
  }
}

/**
 * Loads, checks, orders and applies the plugins of a run. Everything about all of them is checked before the first is
 * applied.
 * @throws RarlError every `PLUGIN_…`, `COMPONENT_DUPLICATE`, `COMPONENT_OPTION_RESERVED`, `COMPONENT_NOT_INJECTABLE`,
 *   `HOOK_UNKNOWN`, `HOOK_TAP_DUPLICATE`
 */
export async function createKernel(request: KernelRequest): Promise<Kernel> {
  const baseDirectory = path.resolve(request.baseDirectory);
  const loaded = await loadAll({ ...request, baseDirectory });

  const container = rootContainer.createChildContainer();
  container.register(tokens.baseDirectory, { useValue: baseDirectory });
  const hooks = createRunHooks();
  guardHooks(hooks, request.watch);
  const views = new Map<string, RunHooks>();
  const hooksFor = (plugin: string): RunHooks => {
    const view = views.get(plugin) ?? pluginHooks(hooks, plugin);
    views.set(plugin, view);
    return view;
  };

  const registries = Object.fromEntries(
    componentKindNames.map((kind) => [kind, new ComponentRegistry(kind)]),
  ) as Record<ComponentKind, ComponentRegistry>;
  for (const one of loaded) {
    const owned = componentKindNames.map((kind) => [kind, registries[kind].ownedBy(one.plugin.name)]);
    const context = {
      ...Object.fromEntries(owned),
      hooks: hooksFor(one.plugin.name),
      container,
    } as PluginContext;
    applyPlugin(one, Object.freeze(context));
  }

  const failures: RarlError[] = [];
  const made: { [Kind in ComponentKind]?: Components[Kind][] } = {};
  const create: ComponentFactory["create"] = (kind, name, options = {}) => {
    const registered = registries[kind].get(name);
    const parsed = explainIssues(registered.optionsSchema, options);
    if (!parsed.success) {
      throw rarlError("COMPONENT_OPTIONS", {
        kind,
        name,
        plugin: registered.plugin,
        problems: parsed.problems,
      });
    }
    const component = constructComponent(registered, parsed.data, container, failures) as never;
    (made[kind] ??= []).push(component);
    return component;
  };
  container.register(tokens.components, { useValue: { create } });

  return Object.freeze<Kernel>({
    hooks,
    container,
    baseDirectory,
    plugins: loaded.map(({ plugin: { name, apiVersion, requires = [] }, source }) => ({
      name,
      apiVersion,
      requires,
      source,
    })),
    components: (kind) => registries[kind].list(),
    has: (kind, name) => registries[kind].has(name),
    hooksFor,
    create,
    made: (kind) => made[kind] ?? [],
    checkHooks: () => {
      checkBefore(hooks);
    },
  });
}
