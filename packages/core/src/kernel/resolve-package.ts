import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readJsonFile } from "./read-json-file.js";

/** Conditions that Node was started with, beside those that an import always has. */
function activeConditions(): ReadonlySet<string> {
  const conditions = new Set(["node", "import", "module-sync", "default"]);
  const given = [...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/), ...process.execArgv];
  for (const [index, argument] of given.entries()) {
    const match = /^(?:-C|--conditions)(?:=(.+))?$/.exec(argument);
    const condition = match?.[1] ?? (match ? given[index + 1] : undefined);
    if (condition !== undefined) conditions.add(condition);
  }
  return conditions;
}

/** First target of an `exports` value whose conditions hold; null when there is none. */
function pickTarget(target: unknown, conditions: ReadonlySet<string>): string | null {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) {
    for (const one of target) {
      const found = pickTarget(one, conditions);
      if (found !== null) return found;
    }
    return null;
  }
  if (typeof target !== "object" || target === null) return null;
  for (const [condition, below] of Object.entries(target)) {
    if (!conditions.has(condition)) continue;
    const found = pickTarget(below, conditions);
    if (found !== null) return found;
  }
  return null;
}

const entryFields = z.looseObject({ exports: z.unknown().optional(), main: z.string().optional() });

/** File that `import` of a package's folder means, by its package.json; null when the package has no such entry. */
export async function packageEntry(directory: string, subpath = "."): Promise<string | null> {
  const manifest = path.join(directory, "package.json");
  const fields = existsSync(manifest) ? entryFields.parse(await readJsonFile(manifest)) : {};
  if (fields.exports !== undefined) {
    const { exports } = fields;
    const hasSubpaths =
      typeof exports === "object" &&
      exports !== null &&
      Object.keys(exports).some((key) => key.startsWith("."));
    const target = hasSubpaths
      ? (exports as Record<string, unknown>)[subpath]
      : subpath === "."
        ? exports
        : undefined;
    const picked = pickTarget(target, activeConditions());
    return picked === null ? null : path.join(directory, picked);
  }
  const candidates =
    subpath === "." ? [fields.main ?? "index.js", "index.js", "index.mjs", "index.ts"] : [subpath];
  for (const candidate of candidates) {
    const file = path.join(directory, candidate);
    if (existsSync(file) && (await stat(file)).isFile()) return file;
  }
  return null;
}

/** `@scope/name/sub` as its package and its subpath as `exports` writes it. */
export function splitSpecifier(specifier: string): { readonly name: string; readonly subpath: string } {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  const below = parts.slice(length).join("/");
  return { name: parts.slice(0, length).join("/"), subpath: below === "" ? "." : `./${below}` };
}

/**
 * Folder of an installed package, looked for in `node_modules` from `from` upwards as Node does; null when it is not
 * there. Node 20 resolves only from the calling module, and `require.resolve` does not find packages for import only.
 */
export async function findPackage(name: string, from: string): Promise<string | null> {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", name);
    if (existsSync(candidate)) return await realpath(candidate);
    if (folder === path.dirname(folder)) return null;
  }
}
