import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RarlError } from "@rarl-sdk/core";
import type { TensorToWrite } from "../../src/safetensors/write-safetensors.js";

/** A temporary folder, and its removal. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "rarl-nn-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Awaits a failure of the catalogue; anything else is thrown on. */
export async function catalogueError(work: Promise<unknown> | (() => unknown)): Promise<RarlError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof RarlError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

export function tensorToWrite(
  name: string,
  shape: readonly number[],
  values: readonly number[],
  dtype: TensorToWrite["dtype"] = "F32",
): TensorToWrite {
  return { name, dtype, shape, data: () => Float32Array.from(values) };
}

/** The bytes of a safetensors file with any header, for damaged files. */
export function rawSafetensors(
  header: string,
  data: Uint8Array = new Uint8Array(0),
  claimed?: bigint,
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
