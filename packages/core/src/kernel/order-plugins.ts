import { didYouMean } from "../errors/did-you-mean.js";
import { rarlError } from "../errors/rarl-error.js";
import type { Plugin } from "./define-plugin.js";

/** A loaded plugin with the options of its entry and where it came from. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** `built-in`, or the package name or path in the configuration. */
  readonly source: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The plugins so that each comes after those it requires, and otherwise in the order given.
 * @throws RarlError `PLUGIN_DUPLICATE`, `PLUGIN_REQUIRES_MISSING`, `PLUGIN_CYCLE`
 */
export function orderPlugins(loaded: readonly LoadedPlugin[]): readonly LoadedPlugin[] {
  const byName = new Map<string, LoadedPlugin>();
  for (const one of loaded) {
    const other = byName.get(one.plugin.name);
    if (other)
      throw rarlError("PLUGIN_DUPLICATE", { plugin: one.plugin.name, sources: [other.source, one.source] });
    byName.set(one.plugin.name, one);
  }

  const ordered = new Set<LoadedPlugin>();
  const visit = (one: LoadedPlugin, above: readonly string[]): void => {
    if (ordered.has(one)) return;
    const { name, requires = [] } = one.plugin;
    const path = [...above, name];
    if (above.includes(name)) throw rarlError("PLUGIN_CYCLE", { cycle: path.slice(above.indexOf(name)) });
    for (const required of requires) {
      const other = byName.get(required);
      if (!other) {
        const present = [...byName.keys()].filter((there) => there !== name);
        throw rarlError("PLUGIN_REQUIRES_MISSING", {
          plugin: name,
          requires: required,
          suggestion: didYouMean(required, present),
          present,
        });
      }
      visit(other, path);
    }
    ordered.add(one);
  };
  for (const one of loaded) visit(one, []);
  return [...ordered];
}
