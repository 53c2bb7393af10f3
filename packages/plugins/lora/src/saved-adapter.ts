import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError, type AdaptableLinear } from "@rarl-sdk/core";
import { openSafetensors, type SafetensorsFile } from "@rarl-sdk/nn";
import { parseAdapterConfig } from "./adapter-config.js";
import { adapterKey, canonicalPath, parseAdapterKey } from "./keys.js";
import type { LoraStructure } from "./structure.js";

export const configFileName = "adapter_config.json";
export const weightsFileName = "adapter_model.safetensors";

/** The keys of one module's two matrices in a saved file; null where it is missing. */
interface SavedModule {
  readonly A: string | null;
  readonly B: string | null;
}

/** A saved adapter with its file open. */
export interface SavedAdapter {
  readonly structure: LoraStructure;
  readonly weights: SafetensorsFile;
  /** By canonical module path. */
  readonly modules: ReadonlyMap<string, SavedModule>;
}

/**
 * Opens an adapter folder in the PEFT layout and runs `work` on it.
 * @throws RarlError `ADAPTER_FILE_MISSING`, `ADAPTER_CONFIG_INVALID`, `ADAPTER_UNSUPPORTED`,
 *   `ADAPTER_KEY_UNMATCHED`, `SAFETENSORS_INVALID`
 */
export async function withSavedAdapter<Result>(
  directory: string,
  work: (saved: SavedAdapter) => Promise<Result>,
): Promise<Result> {
  const configFile = join(directory, configFileName);
  const structure = parseAdapterConfig(configFile, await readText(configFile));
  const weights = await openWeights(join(directory, weightsFileName));
  try {
    return await work({ structure, weights, modules: groupKeys(weights) });
  } finally {
    await weights.close();
  }
}

/**
 * Checks that a saved adapter has both matrices for each of these layers, and nothing else.
 * @throws RarlError `ADAPTER_KEY_UNMATCHED`
 */
export function checkKeys(saved: SavedAdapter, linears: readonly AdaptableLinear[]): void {
  const wanted = new Set(linears.map(({ name }) => canonicalPath(name)));
  const unexpected = [...saved.modules]
    .filter(([path]) => !wanted.has(path))
    .flatMap(([, { A, B }]) => [A, B].filter((key) => key !== null));
  const missing = linears.flatMap(({ name }) => {
    const found = saved.modules.get(canonicalPath(name));
    return (["A", "B"] as const).flatMap((matrix) =>
      found === undefined || found[matrix] === null ? [adapterKey(name, matrix)] : [],
    );
  });
  if (unexpected.length + missing.length > 0) {
    throw rarlError("ADAPTER_KEY_UNMATCHED", { file: saved.weights.file, unexpected, missing });
  }
}

function groupKeys(weights: SafetensorsFile): ReadonlyMap<string, SavedModule> {
  if (weights.names.length === 0) {
    throw rarlError("SAFETENSORS_INVALID", { file: weights.file, problem: "it holds no tensors" });
  }
  const modules = new Map<string, SavedModule>();
  const unexpected: string[] = [];
  for (const key of weights.names) {
    const parsed = parseAdapterKey(key);
    const known: SavedModule = (parsed && modules.get(parsed.path)) ?? { A: null, B: null };
    // A matrix named twice, once in each style, is as unusable as a key of no known form.
    if (parsed === null || known[parsed.matrix] !== null) unexpected.push(key);
    else modules.set(parsed.path, { ...known, [parsed.matrix]: key });
  }
  if (unexpected.length > 0) {
    throw rarlError("ADAPTER_KEY_UNMATCHED", { file: weights.file, unexpected, missing: [] });
  }
  return modules;
}

async function openWeights(file: string): Promise<SafetensorsFile> {
  try {
    return await openSafetensors(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "CHECKPOINT_FILE_MISSING") {
      throw rarlError("ADAPTER_FILE_MISSING", { file }, { cause: error });
    }
    throw error;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw rarlError("ADAPTER_FILE_MISSING", { file }, { cause: error });
  }
}
