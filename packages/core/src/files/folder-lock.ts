import { createHash, randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { filesystemError } from "./filesystem-error.js";
import { processIdentity } from "./process-identity.js";

/** A folder that this process alone writes to for some purpose. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells the process from a later one with the same number; null where the system cannot say. */
  readonly identity: string | null;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** How often a lock that changes under our hands is tried again. */
const attempts = 50;

/**
 * Takes `folder` for this process by the file `.<purpose>.lock` in it. The lock of a process that is gone, killed or
 * lost with its machine's power, is taken over; that of another machine cannot be judged and stands.
 *
 * Of several processes that find a stale lock one alone becomes its successor: it is the one that makes the file whose
 * name is the lock's with a hash of what the lock says. That file then replaces the lock. Each lock holds a random
 * number, so that no two say the same.
 * @throws RarlError `FOLDER_IN_USE`, `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function lockFolder(folder: string, purpose: string): Promise<FolderLock> {
  const file = join(folder, `.${purpose}.lock`);
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    identity: await processIdentity(process.pid),
    since: new Date().toISOString(),
  };
  const own = `${JSON.stringify({ ...holder, nonce: randomUUID() })}\n`;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if ((await create(file, own)) || (await takeOver(file, own, folder)))
      return { release: () => remove(file, own) };
  }
  throw rarlError("FOLDER_IN_USE", { folder, holder: "another process", since: null, lock: file });
}

/**
 * Replaces a lock whose holder is gone; false when it changes meanwhile.
 * @throws RarlError `FOLDER_IN_USE` when the holder, or a successor that is just taking over, is not known to be gone
 */
async function takeOver(file: string, own: string, folder: string): Promise<boolean> {
  const chain = await succession(file);
  const [first] = chain;
  const last = chain.at(-1);
  if (first === undefined || last === undefined) return false;
  const other = parse(last.content);
  if (other === null || (await isAlive(other))) {
    throw rarlError("FOLDER_IN_USE", {
      folder,
      holder: other === null ? "another process" : `process ${other.pid} on ${other.host}`,
      since: other?.since ?? null,
      lock: file,
    });
  }
  const mine = successorOf(file, last.content);
  if (!(await create(mine, own))) return false;
  // A lock that had been replaced before `mine` was made is not ours to succeed: its successor's name was free again.
  if ((await read(file)) !== first.content) {
    await rm(mine, { force: true });
    return false;
  }
  try {
    await rename(mine, file);
  } catch (error) {
    await rm(mine, { force: true });
    throw filesystemError(error, file);
  }
  for (const { name } of chain.slice(1)) await rm(name, { force: true });
  return true;
}

interface Link {
  readonly name: string;
  readonly content: string;
}

/** The lock and, where a process ended while it took over, its successors; the last one counts. */
async function succession(file: string): Promise<Link[]> {
  const chain: Link[] = [];
  for (let name = file; ;) {
    const content = await read(name);
    if (content === null) return chain;
    chain.push({ name, content });
    name = successorOf(file, content);
  }
}

function successorOf(file: string, content: string): string {
  return `${file}.${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

async function read(name: string): Promise<string | null> {
  return readFile(name, "utf8").catch(() => null);
}

/** Makes the lock file with all of its content at once; false when there is one. */
async function create(file: string, content: string): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(temporary, content);
    await link(temporary, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Some file systems have no hard links.
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS")
      return await createExclusively(file, content);
    throw filesystemError(error, file);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function createExclusively(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(content).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw filesystemError(error, file);
  }
}

/** Removes a lock that is still our own. */
async function remove(file: string, own: string): Promise<void> {
  if ((await read(file)) === own) await rm(file, { force: true });
}

function parse(text: string): Holder | null {
  try {
    const { pid, host, identity = null, since } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== "number" || typeof host !== "string" || typeof since !== "string") return null;
    return { pid, host, identity, since };
  } catch {
    return null;
  }
}

async function isAlive({ pid, host, identity }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and another user's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = await processIdentity(pid);
  return identity === null || now === null || identity === now;
}
