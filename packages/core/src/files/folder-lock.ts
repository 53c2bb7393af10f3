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

/** How often a lock that is taken away under our hands is tried again. */
const attempts = 20;

/**
 * Takes `folder` for this process by the file `.<purpose>.lock` in it. The lock of a process that is gone, killed or
 * lost with its machine's power, is taken over; that of another machine cannot be judged and stands.
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
  const own = `${JSON.stringify(holder)}\n`;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await create(file, own)) return { release: () => remove(file, own) };
    const found = await readFile(file, "utf8").catch(() => null);
    if (found === null) continue;
    const other = parse(found);
    if (other === null || (await isAlive(other))) {
      throw rarlError("FOLDER_IN_USE", {
        folder,
        holder: other === null ? "another process" : `process ${other.pid} on ${other.host}`,
        since: other?.since ?? null,
        lock: file,
      });
    }
    await remove(file, found);
  }
  throw rarlError("FOLDER_IN_USE", { folder, holder: "another process", since: null, lock: file });
}

/** Makes the lock file with all of its content at once; false when there is one. */
async function create(file: string, content: string): Promise<boolean> {
  const temporary = `${file}.${process.pid}.partial`;
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

/** Removes a lock if it still is the one that `content` says: another process may have taken it over meanwhile. */
async function remove(file: string, content: string): Promise<void> {
  const aside = `${file}.${process.pid}.removed`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8").catch(() => content)) !== content) {
    await link(aside, file).catch(() => undefined);
  }
  await rm(aside, { force: true });
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
