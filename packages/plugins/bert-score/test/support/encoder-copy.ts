import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint, writeSafetensors } from "@rarl-sdk/nn";
import { fixture, type EncoderKind } from "./reference.js";

/** Runs `work` on a copy of a fixture's encoder, which it may damage. */
export async function withEncoderCopy<Result>(
  kind: EncoderKind,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const parent = await mkdtemp(join(tmpdir(), "rarl-encoder-"));
  const directory = join(parent, kind);
  try {
    await cp(fixture(kind), directory, { recursive: true });
    return await work(directory);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** Writes the copy's weights again under other names; null leaves a tensor out. */
export async function renameTensors(
  directory: string,
  rename: (name: string) => string | null,
): Promise<void> {
  const checkpoint = await openCheckpoint(directory);
  const tensors = [];
  for (const name of checkpoint.names) {
    const renamed = rename(name);
    const values = await checkpoint.read(name);
    if (renamed === null) continue;
    const { shape } = checkpoint.info(name);
    tensors.push({ name: renamed, dtype: "F32" as const, shape, data: () => values });
  }
  await checkpoint.close();
  await writeSafetensors(join(directory, "model.safetensors"), tensors);
}

export async function writeText(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}
