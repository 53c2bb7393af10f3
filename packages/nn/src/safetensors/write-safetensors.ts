import type { FileHandle } from "node:fs/promises";
import { rarlError, writeFileAtomic } from "@rarl-sdk/core";
import { dtypeBytes, encode, type WritableDtype } from "./dtype.js";
import { elementCount } from "./header.js";

/** A tensor to be written; `data` is called when its turn comes, so only one need be in memory. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: WritableDtype;
  readonly shape: readonly number[];
  /** Values in row-major order. */
  readonly data: () => Float32Array | Promise<Float32Array>;
}

/** Order of dtypes in a file, as the reference's. */
const layoutRank: Readonly<Record<WritableDtype, number>> = { F32: 0, BF16: 1, F16: 2 };

/** Elements converted at a time. */
const pieceElements = 4 * 1024 * 1024;

/**
 * Writes a safetensors file, tensor by tensor, beside its place and renamed when complete. Tensors are laid out as
 * the reference does, wider dtypes first and then by name, so that every one is aligned.
 * @throws RarlError `TENSOR_SHAPE` when data does not fit its shape, `TENSOR_DUPLICATE`, `OUTPUT_NOT_WRITABLE`,
 *   `DISK_FULL`
 */
export async function writeSafetensors(
  file: string,
  tensors: Iterable<TensorToWrite> | AsyncIterable<TensorToWrite>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const ordered: TensorToWrite[] = [];
  for await (const tensor of tensors) ordered.push(tensor);
  ordered.sort((one, other) => layoutRank[one.dtype] - layoutRank[other.dtype] || compareNames(one, other));
  const header = encodeHeader(file, ordered, metadata);
  await writeFileAtomic(file, async (handle) => {
    await writeAll(handle, header);
    for (const tensor of ordered) await writeTensor(handle, file, tensor);
  });
}

/** Bytes of a tensor's data. */
export function tensorBytes(tensor: TensorToWrite): number {
  return elementCount(tensor.shape) * dtypeBytes[tensor.dtype]!;
}

function encodeHeader(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const entries: [string, unknown][] = metadata === undefined ? [] : [["__metadata__", metadata]];
  const seen = new Set<string>();
  let position = 0;
  for (const tensor of tensors) {
    if (seen.has(tensor.name)) throw rarlError("TENSOR_DUPLICATE", { tensor: tensor.name, files: [file] });
    seen.add(tensor.name);
    const end = position + tensorBytes(tensor);
    entries.push([tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [position, end] }]);
    position = end;
  }
  // Object.entries order would put names that look like integers first; the order here is the file's.
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}

async function writeTensor(handle: FileHandle, file: string, tensor: TensorToWrite): Promise<void> {
  const values = await tensor.data();
  if (values.length !== elementCount(tensor.shape)) {
    throw rarlError("TENSOR_SHAPE", {
      file,
      tensor: tensor.name,
      expected: tensor.shape,
      found: [values.length],
    });
  }
  for (let start = 0; start < values.length; start += pieceElements) {
    await writeAll(handle, encode(values.subarray(start, start + pieceElements), tensor.dtype));
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}

/** By code units, which for the ASCII names of weights is the reference's order by bytes. */
function compareNames(one: TensorToWrite, other: TensorToWrite): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
