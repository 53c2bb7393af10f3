import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openCheckpoint } from "../../src/safetensors/checkpoint.js";
import { writeSafetensors } from "../../src/safetensors/write-safetensors.js";
import { writeShardedCheckpoint } from "../../src/safetensors/write-sharded-checkpoint.js";
import { catalogueError, temporaryFolder, tensorToWrite } from "./support.js";

const tensors = ["a", "b", "c", "d"].map((name, index) =>
  tensorToWrite(name, [4], [index, index + 0.5, -index, 1]),
);
const shardNames = [1, 2, 3].map((number) => `model-0000${number}-of-00003.safetensors`);

describe("a checkpoint folder", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const indexFile = () => join(folder.path, "model.safetensors.index.json");
  /** Three shards: a, b and c with d beside it. */
  const writeShards = () =>
    writeShardedCheckpoint(
      folder.path,
      [tensors[0]!, tensorToWrite("b", [5], [1, 2, 3, 4, 5]), ...tensors.slice(2)],
      {
        maxShardBytes: 32,
      },
    );

  it("is one file when it fits", async () => {
    await writeShardedCheckpoint(folder.path, tensors);
    expect(await readdir(folder.path)).to.deep.equal(["model.safetensors"]);
    const checkpoint = await openCheckpoint(folder.path);
    expect(checkpoint.names).to.deep.equal(["a", "b", "c", "d"]);
    expect(await checkpoint.read("c")).to.deep.equal(Float32Array.of(2, 2.5, -2, 1));
    await checkpoint.close();
  });

  it("is read over its shards as if it were one", async () => {
    await writeShards();
    expect((await readdir(folder.path)).sort()).to.deep.equal([
      ...shardNames,
      "model.safetensors.index.json",
    ]);
    const index = JSON.parse(await readFile(indexFile(), "utf8")) as Record<string, unknown>;
    expect(index["metadata"]).to.deep.equal({ total_size: 68 });
    const checkpoint = await openCheckpoint(folder.path);
    expect(checkpoint.info("d").file).to.equal(join(folder.path, shardNames[2]!));
    expect(await checkpoint.read("b")).to.deep.equal(Float32Array.of(1, 2, 3, 4, 5));
    expect(await checkpoint.read("d")).to.deep.equal(Float32Array.of(3, 3.5, -3, 1));
    expect((await catalogueError(() => checkpoint.info("e"))).code).to.equal("TENSOR_MISSING");
    await checkpoint.close();
  });

  it("names a missing shard", async () => {
    await writeShards();
    await rm(join(folder.path, shardNames[1]!));
    const error = await catalogueError(openCheckpoint(folder.path));
    expect(error.code).to.equal("CHECKPOINT_FILE_MISSING");
    expect(error.message).to.include(shardNames[1]);
  });

  it("names model.safetensors when there are no weights at all", async () => {
    const error = await catalogueError(openCheckpoint(folder.path));
    expect(error.code).to.equal("CHECKPOINT_FILE_MISSING");
    expect(error.message).to.include("model.safetensors");
  });

  it("refuses a tensor that two shards hold", async () => {
    await writeShards();
    await writeSafetensors(join(folder.path, shardNames[1]!), [tensors[0]!, tensors[1]!]);
    const error = await catalogueError(openCheckpoint(folder.path));
    expect(error.code).to.equal("TENSOR_DUPLICATE");
    expect(error.message).to.include(shardNames[0]).and.include(shardNames[1]);
  });

  it("refuses an index that the shards contradict", async () => {
    await writeShards();
    await writeSafetensors(join(folder.path, shardNames[1]!), []);
    expect((await catalogueError(openCheckpoint(folder.path))).code).to.equal("TENSOR_MISSING");
    const map = { a: shardNames[0], b: shardNames[0], c: shardNames[2] };
    await writeFile(indexFile(), JSON.stringify({ weight_map: map }));
    expect((await catalogueError(openCheckpoint(folder.path))).code).to.equal("TENSOR_MISSING");
    await writeFile(indexFile(), JSON.stringify({ weight_map: { a: shardNames[2], c: shardNames[0] } }));
    expect((await catalogueError(openCheckpoint(folder.path))).code).to.equal("CHECKPOINT_INDEX_INVALID");
  });

  for (const [what, text] of [
    ["is not JSON", "{"],
    ["has no weight_map", "{}"],
    ["is empty", '{"weight_map":{}}'],
    ["leads out of the folder", '{"weight_map":{"a":"../model.safetensors"}}'],
    ["names something other than a shard", '{"weight_map":{"a":3}}'],
  ] as const) {
    it(`refuses an index that ${what}`, async () => {
      await writeFile(indexFile(), text);
      const error = await catalogueError(openCheckpoint(folder.path));
      expect(error.code).to.equal("CHECKPOINT_INDEX_INVALID");
      expect(error.message).to.include(indexFile());
    });
  }

  it("has a fingerprint that follows its content", async () => {
    const fingerprint = async () => {
      const checkpoint = await openCheckpoint(folder.path);
      const value = await checkpoint.fingerprint();
      await checkpoint.close();
      return value;
    };
    await writeShardedCheckpoint(folder.path, tensors);
    const first = await fingerprint();
    expect(await fingerprint()).to.equal(first);
    await writeShardedCheckpoint(folder.path, [
      tensorToWrite("a", [4], [0, 0.5, 0, 1.0001]),
      ...tensors.slice(1),
    ]);
    expect(await fingerprint()).to.not.equal(first);
    await writeShardedCheckpoint(folder.path, [
      tensorToWrite("a", [2, 2], [0, 0.5, -0, 1]),
      ...tensors.slice(1),
    ]);
    expect(await fingerprint()).to.not.equal(first);
  });
});
