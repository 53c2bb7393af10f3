import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

let opened = 0;

/**
 * Values of a cache that do not fit into memory, as files of one process: they are of its engine, and go with it. What
 * exceeds the limit, or cannot be written or read, is forgotten; the cache's owner can compute it again.
 */
export class SpillFolder {
  /** Bytes by key, the oldest first. */
  private readonly files = new Map<string, number>();
  private bytes = 0;
  private readonly folder: string;
  private isMade = false;

  constructor(
    /** Where this and other processes have their folders; made when first needed. */
    private readonly parent: string,
    private readonly limitBytes: number,
  ) {
    this.folder = join(parent, `${ownPrefix}${process.pid}-${opened++}`);
  }

  has(key: string): boolean {
    return this.files.has(key);
  }

  write(key: string, values: Float32Array): void {
    const size = values.byteLength;
    if (this.files.has(key) || size > this.limitBytes) return;
    for (const oldest of this.files.keys()) {
      if (this.bytes + size <= this.limitBytes) break;
      this.forget(oldest);
    }
    try {
      this.make();
      writeFileSync(this.file(key), new Uint8Array(values.buffer, values.byteOffset, size));
    } catch {
      // A full disk costs time, not the run.
      remove(this.file(key));
      return;
    }
    this.files.set(key, size);
    this.bytes += size;
  }

  /** Null for what is not there, or no longer whole. */
  read(key: string): Float32Array | null {
    const size = this.files.get(key);
    if (size === undefined) return null;
    try {
      const { buffer, byteOffset, byteLength } = readFileSync(this.file(key));
      if (byteLength === size) return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    } catch {
      // Somebody has cleaned up.
    }
    this.forget(key);
    return null;
  }

  dispose(): void {
    this.files.clear();
    this.bytes = 0;
    if (this.isMade) remove(this.folder);
    this.isMade = false;
  }

  private forget(key: string): void {
    this.bytes -= this.files.get(key) ?? 0;
    this.files.delete(key);
    remove(this.file(key));
  }

  private make(): void {
    if (this.isMade) return;
    mkdirSync(this.parent, { recursive: true });
    for (const name of readdirSync(this.parent)) {
      if (isAbandoned(name)) remove(join(this.parent, name));
    }
    mkdirSync(this.folder, { recursive: true });
    this.isMade = true;
  }

  private file(key: string): string {
    return join(this.folder, `${createHash("sha256").update(key).digest("hex")}.f32`);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // What cannot be removed is left to whoever clears away after this process.
  }
}

const ownPrefix = `${hostname()}-`;

/** Whether a folder is of a process of this machine that was killed. */
function isAbandoned(name: string): boolean {
  const owner = name.startsWith(ownPrefix)
    ? /^(\d+)-\d+$/.exec(name.slice(ownPrefix.length))?.[1]
    : undefined;
  if (owner === undefined) return false;
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    // EPERM is of a process that lives and is another user's.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
