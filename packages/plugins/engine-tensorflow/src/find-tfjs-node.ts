import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

/** An installed tfjs-node or tfjs-node-gpu whose addon is there. */
export interface TfjsNode {
  /** `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`. */
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Of the libtensorflow beside it; null when its headers do not tell. */
  readonly libtensorflow: string | null;
}

export type TfjsNodeSearch =
  | { readonly found: true; readonly package: TfjsNode }
  | { readonly found: false; readonly reason: string; readonly remedy: string };

export interface TfjsNodePlaces {
  /** Environment that RARL_TFJS_NODE is read from; that of the process by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folders from which packages are resolved as Node does; the current one and this package's by default. */
  readonly from?: readonly string[];
}

const packageNames = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

const manifest = z.looseObject({ name: z.string(), version: z.string() });

/**
 * Looks for the package: the folder RARL_TFJS_NODE (`none` to look for none), then tfjs-node-gpu, then tfjs-node, from
 * the current folder and from this package. Loads nothing.
 */
export function findTfjsNode(places: TfjsNodePlaces = {}): TfjsNodeSearch {
  const { environment = process.env, from = [process.cwd(), dirname(fileURLToPath(import.meta.url))] } =
    places;
  const named = environment["RARL_TFJS_NODE"];
  if (named === "none") {
    return {
      found: false,
      reason: "RARL_TFJS_NODE is none",
      remedy: "Unset RARL_TFJS_NODE to have tfjs-node looked for.",
    };
  }
  if (named !== undefined && named !== "") return inspect(named);
  for (const name of packageNames) {
    for (const folder of from) {
      const home = resolveFrom(folder, name);
      if (home !== null) return inspect(home);
    }
  }
  return {
    found: false,
    reason: "neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed",
    remedy: "Run `npm install @tensorflow/tfjs-node-gpu` (CUDA 11.2) or `npm install @tensorflow/tfjs-node`.",
  };
}

/** Folder of a package as Node finds it, without running any of it. */
function resolveFrom(folder: string, name: string): string | null {
  const paths = createRequire(pathToFileURL(join(folder, "x.js"))).resolve.paths(name) ?? [];
  const home = paths.map((path) => join(path, name)).find((one) => existsSync(join(one, "package.json")));
  return home ?? null;
}

function inspect(named: string): TfjsNodeSearch {
  const file = join(named, "package.json");
  if (!existsSync(file)) {
    return {
      found: false,
      reason: `${named} holds no package.json`,
      remedy: "Set RARL_TFJS_NODE to the folder of an installed @tensorflow/tfjs-node, or unset it.",
    };
  }
  const folder = realpathSync(named);
  const described = readManifest(file);
  if (described === null) {
    return {
      found: false,
      reason: `${file} cannot be read as the description of a package`,
      remedy: "Install the package again.",
    };
  }
  const { name, version } = described;
  const library = join(folder, "lib");
  const builds = existsSync(library) ? readdirSync(library) : [];
  if (!builds.some((build) => existsSync(join(library, build, "tfjs_binding.node")))) {
    return {
      found: false,
      reason: `${name} ${version} in ${folder} has no addon: it was installed without its install script`,
      remedy: `Run \`npm rebuild ${name}\`, or build it against a newer TensorFlow as docs/guides/engines.md says.`,
    };
  }
  return { found: true, package: { name, version, folder, libtensorflow: libraryVersion(folder) } };
}

/** Null where the file is damaged: looking for an engine must not end a run that can use another. */
function readManifest(file: string): z.output<typeof manifest> | null {
  try {
    return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** From the headers beside the library, else from the library's file name. */
function libraryVersion(folder: string): string | null {
  for (const header of ["tensorflow/core/public/release_version.h", "tensorflow/core/public/version.h"]) {
    const path = join(folder, "deps", "include", header);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    const parts = ["MAJOR", "MINOR", "PATCH"].map(
      (part) => new RegExp(`#define TF_${part}_VERSION (\\d+)`).exec(text)?.[1],
    );
    if (parts.every((part) => part !== undefined)) return parts.join(".");
  }
  const libraries = join(folder, "deps", "lib");
  const names = existsSync(libraries) ? readdirSync(libraries) : [];
  return names.map((name) => /^libtensorflow\.so\.(\d+\.\d+\.\d+)$/.exec(name)?.[1]).find(Boolean) ?? null;
}
