import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

const record = z.object({
  /** Folder beside the record that holds the Python virtual environment. */
  installation: z.string().regex(/^[\w.+-]+$/),
  /** The torch package within it. */
  libtorch: z.string(),
  version: z.string(),
  device: z.enum(["cpu", "cuda"]),
});

/** What `rarl-sdk engine install torch` made. */
export type InstallationRecord = z.output<typeof record>;

/** Lies in the folder of installations and names the one in use; written when that one is complete. */
export const currentName = "current.json";

/**
 * Folder that holds the private libtorch: `rarl-sdk/torch` in the user's cache as the XDG base directory specification
 * has it. Null where the environment names no home.
 */
export function installationsFolder(environment: NodeJS.ProcessEnv): string | null {
  const { XDG_CACHE_HOME: cache = "", HOME: home = "" } = environment;
  // The specification has relative paths ignored.
  if (isAbsolute(cache)) return join(cache, "rarl-sdk", "torch");
  return isAbsolute(home) ? join(home, ".cache", "rarl-sdk", "torch") : null;
}

/** The libtorch in use among the installations, which may have been deleted since; null where none was made. */
export function installedLibtorch(
  environment: NodeJS.ProcessEnv,
): (InstallationRecord & { readonly folder: string }) | null {
  const installations = installationsFolder(environment);
  if (installations === null) return null;
  const found = readInstallation(join(installations, currentName));
  return found && { ...found, folder: join(installations, found.installation, found.libtorch) };
}

/** Null where the file is missing or damaged. */
export function readInstallation(file: string): InstallationRecord | null {
  try {
    return record.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
