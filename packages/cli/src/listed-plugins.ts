import {
  componentKindNames,
  createKernel,
  loadConfigFile,
  locatePlugin,
  pluginEntries,
  type ComponentKind,
} from "@rarl-sdk/core";
import { firstPartyPlugins } from "./first-party.js";

/** A plugin as a listing shows it. */
export interface ListedPlugin {
  readonly name: string;
  /** `built-in`, or the package name or path that the configuration gives. */
  readonly source: string;
  /** Version of its package; null for a built-in one and for a file outside a package. */
  readonly version: string | null;
  /** Null when it does not announce itself in package.json. */
  readonly apiVersion: string | null;
  readonly provides: Readonly<Partial<Record<ComponentKind, readonly string[]>>>;
}

/** The built-in plugins, asked directly: they are this program's own code. */
async function builtIn(): Promise<readonly ListedPlugin[]> {
  const kernel = await createKernel({ builtins: firstPartyPlugins, baseDirectory: process.cwd() });
  const components = componentKindNames.flatMap((kind) => kernel.components(kind));
  return kernel.plugins.map(({ name, apiVersion }) => {
    const provides: Partial<Record<ComponentKind, string[]>> = {};
    for (const component of components.filter(({ plugin }) => plugin === name)) {
      (provides[component.kind] ??= []).push(component.name);
    }
    return { name, source: "built-in", version: null, apiVersion, provides };
  });
}

/**
 * The built-in plugins and those a configuration names. Of the latter no code runs: what is known of them stands in
 * their package.json.
 * @throws RarlError `CONFIG_…`, `PLUGIN_NOT_FOUND`, `PLUGIN_INVALID`, `PLUGIN_API_VERSION`
 */
export async function listPlugins(config: string | undefined): Promise<readonly ListedPlugin[]> {
  const listed = [...(await builtIn())];
  if (config === undefined) return listed;
  const { raw, file, locate, baseDirectory } = await loadConfigFile(config);
  for (const { use } of pluginEntries(raw, file, locate)) {
    const { metadata } = await locatePlugin(use, baseDirectory);
    const provides = Object.entries(metadata?.provides ?? {}).filter(([, names]) => names !== undefined);
    listed.push({
      name: metadata?.package ?? use,
      source: use,
      version: metadata?.version ?? null,
      apiVersion: metadata?.apiVersion ?? null,
      provides: Object.fromEntries(provides),
    });
  }
  return listed;
}
