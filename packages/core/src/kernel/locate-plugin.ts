import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rarlError } from "../errors/rarl-error.js";
import { reasonOf } from "../errors/to-rarl-error.js";
import { checkApiVersion } from "./check-plugin.js";
import { readPluginMetadata, type PluginMetadata } from "./plugin-metadata.js";
import { findPackage, packageEntry, splitSpecifier } from "./resolve-package.js";

/** A plugin that has been found, and not yet loaded. */
export interface LocatedPlugin {
  /** The module to import. */
  readonly file: string;
  /** Null when its package announces nothing. */
  readonly metadata: PluginMetadata | null;
}

function isPath(use: string): boolean {
  return use.startsWith(".") || path.isAbsolute(use) || use.startsWith("file:");
}

async function locateFile(use: string, baseDirectory: string): Promise<string> {
  const refuse = (reason: string) => rarlError("PLUGIN_NOT_FOUND", { use, from: baseDirectory, reason });
  if (isPath(use)) {
    const target = path.resolve(baseDirectory, use.startsWith("file:") ? fileURLToPath(use) : use);
    if (!existsSync(target)) throw refuse(`${target} does not exist`);
    if (!(await stat(target)).isDirectory()) return await realpath(target);
    const entry = await packageEntry(target);
    if (entry === null) throw refuse(`the folder ${target} has no module to import`);
    if (!existsSync(entry)) throw refuse(`${entry} does not exist; is the package built?`);
    return await realpath(entry);
  }
  const { name, subpath } = splitSpecifier(use);
  const here = path.dirname(fileURLToPath(import.meta.url));
  const folder = (await findPackage(name, baseDirectory)) ?? (await findPackage(name, here));
  if (folder === null) throw refuse(`no package ${name} is installed there or beside the SDK`);
  const entry = await packageEntry(folder, subpath);
  if (entry === null)
    throw refuse(`package ${name} does not export ${subpath === "." ? "a main module" : subpath}`);
  if (!existsSync(entry)) throw refuse(`${entry} does not exist; is the package built?`);
  return await realpath(entry);
}

/**
 * Finds the module of a package name or path, from the configuration's folder, without running any of it, and checks
 * the version that its package announces.
 * @throws RarlError `PLUGIN_NOT_FOUND`, `PLUGIN_INVALID`, `PLUGIN_API_VERSION`
 */
export async function locatePlugin(use: string, baseDirectory: string): Promise<LocatedPlugin> {
  const from = path.resolve(baseDirectory);
  try {
    const file = await locateFile(use, from);
    const metadata = await readPluginMetadata(file, use);
    if (metadata)
      checkApiVersion(metadata.package, metadata.apiVersion, "rarl.apiVersion in its package.json");
    return { file, metadata };
  } catch (error) {
    if (error instanceof Error && error.name === "RarlError") throw error;
    throw rarlError("PLUGIN_NOT_FOUND", { use, from, reason: reasonOf(error) }, { cause: error });
  }
}
