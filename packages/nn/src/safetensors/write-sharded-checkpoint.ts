import { join } from "node:path";
import { rarlError, writeFileAtomic } from "@rarl-sdk/core";
import { tensorBytes, writeSafetensors, type TensorToWrite } from "./write-safetensors.js";

export interface ShardOptions {
  /** Most bytes of tensor data a shard; a larger tensor gets a shard of its own. 5 GB by default. */
  readonly maxShardBytes?: number;
}

/**
 * Writes a checkpoint's weights into the existing folder `directory`: `model.safetensors`, or, when they exceed
 * `maxShardBytes`, numbered shards and then their index. Tensors stay in the given order over the shards.
 * @throws RarlError as `writeSafetensors` does
 */
export async function writeShardedCheckpoint(
  directory: string,
  tensors: Iterable<TensorToWrite> | AsyncIterable<TensorToWrite>,
  options: ShardOptions = {},
): Promise<void> {
  const maxShardBytes = options.maxShardBytes ?? 5_000_000_000;
  const shards: TensorToWrite[][] = [[]];
  let shardBytes = 0;
  let totalBytes = 0;
  const seen = new Set<string>();
  for await (const tensor of tensors) {
    if (seen.has(tensor.name))
      throw rarlError("TENSOR_DUPLICATE", { tensor: tensor.name, files: [directory] });
    seen.add(tensor.name);
    const bytes = tensorBytes(tensor);
    if (shardBytes > 0 && shardBytes + bytes > maxShardBytes) {
      shards.push([]);
      shardBytes = 0;
    }
    shards.at(-1)!.push(tensor);
    shardBytes += bytes;
    totalBytes += bytes;
  }
  const metadata = { format: "pt" };
  if (shards.length === 1) {
    await writeSafetensors(join(directory, "model.safetensors"), shards[0]!, metadata);
    return;
  }
  const weightMap: Record<string, string> = {};
  for (const [index, shard] of shards.entries()) {
    const name = `model-${fiveDigits(index + 1)}-of-${fiveDigits(shards.length)}.safetensors`;
    await writeSafetensors(join(directory, name), shard, metadata);
    for (const tensor of shard) weightMap[tensor.name] = name;
  }
  const index = { metadata: { total_size: totalBytes }, weight_map: weightMap };
  await writeFileAtomic(
    join(directory, "model.safetensors.index.json"),
    `${JSON.stringify(index, null, 2)}\n`,
  );
}

function fiveDigits(value: number): string {
  return String(value).padStart(5, "0");
}
