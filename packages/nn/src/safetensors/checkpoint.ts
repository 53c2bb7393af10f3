import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { openSafetensors, type SafetensorsFile } from "./safetensors-file.js";
import type { FileTensor, TensorInfo, WeightsSource } from "./weights-source.js";

/** The weights of a checkpoint folder, over one file or several shards. */
export type Checkpoint = WeightsSource;

const singleName = "model.safetensors";
const indexName = "model.safetensors.index.json";

/**
 * Opens the weights of a folder in the Hugging Face layout: `model.safetensors`, or else the shards that
 * `model.safetensors.index.json` names. Every header is checked; no tensor is read.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_INDEX_INVALID`, `SAFETENSORS_INVALID`,
 *   `TENSOR_MISSING`, `TENSOR_DUPLICATE`
 */
export async function openCheckpoint(directory: string): Promise<Checkpoint> {
  const single = join(directory, singleName);
  const index = join(directory, indexName);
  if ((await exists(single)) || !(await exists(index))) return openSafetensors(single);
  const weightMap = parseIndex(index, await readFile(index, "utf8"));
  const shards: SafetensorsFile[] = [];
  try {
    for (const name of [...new Set(weightMap.values())].sort()) {
      shards.push(await openSafetensors(join(directory, name)));
    }
    return new ShardedCheckpoint(index, shards, locate(index, weightMap, shards));
  } catch (error) {
    await Promise.all(shards.map((shard) => shard.close()));
    throw error;
  }
}

class ShardedCheckpoint implements Checkpoint {
  constructor(
    private readonly index: string,
    private readonly shards: readonly SafetensorsFile[],
    private readonly places: ReadonlyMap<string, SafetensorsFile>,
  ) {}

  get names(): readonly string[] {
    return [...this.places.keys()];
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  info(name: string): TensorInfo {
    return this.shardOf(name).info(name);
  }

  location(name: string): FileTensor {
    return this.shardOf(name).location(name);
  }

  expectShape(name: string, shape: readonly number[]): TensorInfo {
    return this.shardOf(name).expectShape(name, shape);
  }

  read(name: string): Promise<Float32Array> {
    return this.shardOf(name).read(name);
  }

  async fingerprint(): Promise<string> {
    const hash = createHash("sha256");
    for (const shard of this.shards) await shard.hashInto(hash);
    return hash.digest("hex");
  }

  async close(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.close()));
  }

  private shardOf(name: string): SafetensorsFile {
    const shard = this.places.get(name);
    if (shard === undefined) throw rarlError("TENSOR_MISSING", { file: this.index, tensor: name });
    return shard;
  }
}

/** Which shard holds each tensor; the index and the shards must agree. */
function locate(
  index: string,
  weightMap: ReadonlyMap<string, string>,
  shards: readonly SafetensorsFile[],
): ReadonlyMap<string, SafetensorsFile> {
  const places = new Map<string, SafetensorsFile>();
  for (const shard of shards) {
    for (const name of shard.names) {
      const other = places.get(name);
      if (other !== undefined)
        throw rarlError("TENSOR_DUPLICATE", { tensor: name, files: [other.file, shard.file] });
      places.set(name, shard);
    }
  }
  for (const [name, file] of weightMap) {
    const shard = places.get(name);
    if (shard === undefined) throw rarlError("TENSOR_MISSING", { file, tensor: name });
    if (basename(shard.file) !== file) {
      const problem = `it places tensor "${name}" in ${file}, but ${basename(shard.file)} holds it`;
      throw rarlError("CHECKPOINT_INDEX_INVALID", { file: index, problem });
    }
  }
  return places;
}

function parseIndex(file: string, text: string): ReadonlyMap<string, string> {
  const fail = (problem: string) => rarlError("CHECKPOINT_INDEX_INVALID", { file, problem });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw fail(`it is not JSON (${(error as Error).message})`);
  }
  const map: unknown =
    typeof json === "object" && json !== null && "weight_map" in json ? json.weight_map : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map)) throw fail("it has no weight_map");
  const entries = Object.entries(map as Record<string, unknown>);
  if (entries.length === 0) throw fail("its weight_map is empty");
  for (const [name, shard] of entries) {
    // Shards lie beside their index; a path would let a downloaded index name any file of the machine.
    if (typeof shard !== "string" || !/^[^/\\]+\.safetensors$/.test(shard)) {
      throw fail(
        `its weight_map places tensor "${name}" in ${JSON.stringify(shard)}, which is no shard's file name`,
      );
    }
  }
  return new Map(entries as [string, string][]);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
