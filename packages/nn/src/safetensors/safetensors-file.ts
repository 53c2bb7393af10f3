import { createHash, type Hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";
import { decoderOf, dtypeBytes, readableDtypes } from "./dtype.js";
import { expectTensorShape } from "./expect-shape.js";
import { elementCount, HeaderProblem, maxHeaderBytes, parseHeader, type HeaderEntry } from "./header.js";
import type { FileTensor, TensorInfo, WeightsSource } from "./weights-source.js";

/** One open safetensors file. */
export interface SafetensorsFile extends WeightsSource {
  readonly file: string;
  /** The header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  location(name: string): FileTensor;
  /** Adds what `fingerprint` covers to a hash. */
  hashInto(hash: Hash): Promise<void>;
}

/** Bytes read at a time; a multiple of every element size. */
const pieceBytes = 16 * 1024 * 1024;
const sampleBytes = 4096;

/**
 * Opens a safetensors file and checks its header against its size; tensors are read when asked for.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_FILE_UNREADABLE`, `SAFETENSORS_INVALID`
 */
export async function openSafetensors(file: string): Promise<SafetensorsFile> {
  const handle = await openFile(file);
  try {
    return await readHeader(file, handle);
  } catch (error) {
    await handle.close();
    throw error instanceof HeaderProblem
      ? rarlError("SAFETENSORS_INVALID", { file, problem: error.message }, { cause: error })
      : error;
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw rarlError("CHECKPOINT_FILE_MISSING", { file }, { cause: error });
    }
    throw rarlError(
      "CHECKPOINT_FILE_UNREADABLE",
      { file, reason: (error as Error).message },
      { cause: error },
    );
  }
}

async function readHeader(file: string, handle: FileHandle): Promise<SafetensorsFile> {
  const status = await handle.stat();
  if (!status.isFile()) throw new HeaderProblem("it is not a regular file");
  if (status.size < 8) throw new HeaderProblem(`it has ${status.size} bytes, too few for a header`);
  const length = new DataView(await readExactly(handle, 0, 8)).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new HeaderProblem(`its header claims ${length} bytes; at most ${maxHeaderBytes} are accepted`);
  }
  const headerBytes = Number(length);
  if (8 + headerBytes > status.size) {
    throw new HeaderProblem(
      `the header is cut off: ${status.size - 8} bytes are there, it claims ${headerBytes}`,
    );
  }
  const text = new Uint8Array(await readExactly(handle, 8, headerBytes));
  const header = parseHeader(text, status.size - 8 - headerBytes);
  return new OpenSafetensors(file, handle, 8 + headerBytes, header.entries, header.metadata);
}

class OpenSafetensors implements SafetensorsFile {
  private readonly entries: ReadonlyMap<string, HeaderEntry>;

  constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly dataStart: number,
    private readonly ordered: readonly HeaderEntry[],
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    this.entries = new Map(ordered.map((entry) => [entry.name, entry]));
  }

  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape } = this.entry(name);
    return { dtype, shape, file: this.file };
  }

  location(name: string): FileTensor {
    return { ...this.info(name), offset: this.dataStart + this.entry(name).begin };
  }

  expectShape(name: string, shape: readonly number[]): TensorInfo {
    const info = this.info(name);
    expectTensorShape(name, info, shape);
    return info;
  }

  async read(name: string): Promise<Float32Array> {
    const { dtype, shape, begin, end } = this.entry(name);
    const decode = decoderOf(dtype);
    if (decode === undefined) {
      throw rarlError("TENSOR_DTYPE", { file: this.file, tensor: name, dtype, supported: readableDtypes });
    }
    const values = new Float32Array(elementCount(shape));
    const elementBytes = dtypeBytes[dtype]!;
    for (let position = begin; position < end; position += pieceBytes) {
      const length = Math.min(pieceBytes, end - position);
      const piece = await this.readData(position, length);
      decode(piece, length / elementBytes, values, (position - begin) / elementBytes);
    }
    return values;
  }

  async fingerprint(): Promise<string> {
    const hash = createHash("sha256");
    await this.hashInto(hash);
    return hash.digest("hex");
  }

  async hashInto(hash: Hash): Promise<void> {
    for (const { name, dtype, shape, begin, end } of this.ordered) {
      hash.update(JSON.stringify([name, dtype, shape]));
      const last = Math.max(begin, end - sampleBytes);
      const middle = begin + Math.floor((last - begin) / 2);
      for (const start of new Set([begin, middle, last])) {
        hash.update(new Uint8Array(await this.readData(start, Math.min(sampleBytes, end - start))));
      }
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async readData(position: number, length: number): Promise<ArrayBuffer> {
    try {
      return await readExactly(this.handle, this.dataStart + position, length);
    } catch (error) {
      const problem = (error as Error).message;
      throw rarlError("SAFETENSORS_INVALID", { file: this.file, problem }, { cause: error });
    }
  }

  private entry(name: string): HeaderEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw rarlError("TENSOR_MISSING", { file: this.file, tensor: name });
    return entry;
  }
}

/** A read may return less than asked for; the file may have been cut since its header was checked. */
async function readExactly(handle: FileHandle, position: number, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new HeaderProblem(`the file ends at byte ${position + done}`);
    done += bytesRead;
  }
  return bytes.buffer;
}
