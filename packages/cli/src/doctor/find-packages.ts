import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export interface FoundPackage {
  readonly name: string;
  /** Null when the package is not installed. */
  readonly version: string | null;
}

const manifestSchema = z.looseObject({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

async function readManifest(folder: string) {
  const text = await readFile(path.join(folder, "package.json"), "utf8").catch(() => null);
  return text === null ? null : (manifestSchema.safeParse(JSON.parse(text)).data ?? null);
}

/** The version of a package as Node finds it from `folder`. */
async function installedVersion(name: string, folder: string): Promise<string | null> {
  for (let parent = folder; ; parent = path.dirname(parent)) {
    const manifest = await readManifest(path.join(parent, "node_modules", name));
    if (manifest !== null) return manifest.version;
    if (parent === path.dirname(parent)) return null;
  }
}

/** This package and its parts, with the versions that are installed. */
export async function findPackages(): Promise<readonly FoundPackage[]> {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
  const own = await readManifest(root);
  const names = Object.keys(own?.dependencies ?? {}).filter((name) => /^@(rarl-sdk|tensorflow)\//.test(name));
  const parts = names.map(async (name) => ({ name, version: await installedVersion(name, root) }));
  return [{ name: "rarl-sdk", version: own?.version ?? null }, ...(await Promise.all(parts))];
}
