import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Libtorch } from "../libtorch/libtorch.js";

/** Root of this package, from its sources and from its build alike. */
export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** The C++ sources. */
export const nativeFolder = join(packageRoot, "native");

/** Builds of the addon, one folder a libtorch, so that changing to another needs no rebuild. */
export const buildsFolder = join(packageRoot, "dist", "native");

const addonRecord = z.object({
  libtorch: z.object({
    root: z.string(),
    version: z.string(),
    librarySize: z.number(),
    /** Absent from records of earlier versions. */
    baseSize: z.number().optional(),
  }),
  /** SHA-256 of the sources. */
  sources: z.string(),
  /** `process.arch` of the Node.js it was built with. */
  architecture: z.string(),
});

/** Written beside a finished addon: what it was built from and against. */
export type AddonRecord = z.output<typeof addonRecord>;

export function recordFor(libtorch: Libtorch): AddonRecord {
  const { root, version, librarySize, baseSize } = libtorch;
  return {
    libtorch: { root, version, librarySize, baseSize },
    sources: sourcesHash(),
    architecture: process.arch,
  };
}

/** Folder of the addon for a libtorch; another version or place has another one. */
export function addonFolder(libtorch: Pick<Libtorch, "root" | "version">, builds = buildsFolder): string {
  const place = createHash("sha256").update(libtorch.root).digest("hex").slice(0, 8);
  return join(builds, `${libtorch.version}-${place}`);
}

export function addonFile(folder: string): string {
  return join(folder, "build", "Release", "rarl_torch.node");
}

export const recordName = "addon.json";

/** The record of a finished addon, or null where there is none or it cannot be read. */
export function readRecord(folder: string): AddonRecord | null {
  const file = join(folder, recordName);
  if (!existsSync(file) || !existsSync(addonFile(folder))) return null;
  try {
    return addonRecord.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** Why a recorded addon does not serve, or null when it does. */
export function mismatch(record: AddonRecord, wanted: AddonRecord): string | null {
  if (record.architecture !== wanted.architecture)
    return `it was built for ${record.architecture}, this is ${wanted.architecture}`;
  const { libtorch } = record;
  if (libtorch.root !== wanted.libtorch.root || libtorch.version !== wanted.libtorch.version) {
    return `it was built against libtorch ${libtorch.version} in ${libtorch.root}`;
  }
  const { baseSize = wanted.libtorch.baseSize } = libtorch;
  if (libtorch.librarySize !== wanted.libtorch.librarySize || baseSize !== wanted.libtorch.baseSize) {
    return `libtorch in ${libtorch.root} is not the one it was built against`;
  }
  return record.sources === wanted.sources ? null : "its C++ sources have changed since";
}

/** Libtorches, by version and folder, that there is an addon for. */
export function builtFor(builds = buildsFolder): string[] {
  if (!existsSync(builds)) return [];
  return readdirSync(builds).flatMap((name) => {
    const record = readRecord(join(builds, name));
    return record === null ? [] : [`${record.libtorch.version} in ${record.libtorch.root}`];
  });
}

/** Removes the builds for libtorches that lay under `folder` and are gone. */
export function removeOrphans(folder: string, builds = buildsFolder): void {
  if (!existsSync(builds)) return;
  for (const name of readdirSync(builds)) {
    const root = readRecord(join(builds, name))?.libtorch.root;
    if (root === undefined || existsSync(root) || relative(folder, root).startsWith("..")) continue;
    rmSync(join(builds, name), { recursive: true, force: true });
  }
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  const names = readdirSync(nativeFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const name of names)
    hash.update(name.slice(nativeFolder.length)).update("\0").update(readFileSync(name));
  return hash.digest("hex");
}
