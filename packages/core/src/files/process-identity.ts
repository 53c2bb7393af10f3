import { readFile } from "node:fs/promises";

/**
 * What tells a process from a later one that got the same number: boot of the machine and time of its start. Null where
 * the system has no /proc, or no such process.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is a name in brackets that may hold spaces; the start time, in clock ticks, is field 22 (proc_pid_stat(5)).
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return started === undefined ? null : `${boot.trim()} ${started}`;
  } catch {
    return null;
  }
}
