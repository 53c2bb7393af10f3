import { createHash } from "node:crypto";
import { effectiveConfig } from "./effective-config.js";
import type { RunConfig } from "./run-config.js";

/**
 * Parts that say where and how a run is recorded, and change nothing that it computes; what judges say carries a
 * fingerprint of its own.
 */
const recordingOnly = ["name", "output", "trackers", "judges", "training.keepCheckpoints"];

/** Leaves of plain data by their path, such as `rewards.0.weight`. Empty lists and objects are leaves. */
function leaves(value: unknown, path = ""): [string, string][] {
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, below]) =>
      leaves(below, path === "" ? key : `${path}.${key}`),
    );
  }
  return [[path, JSON.stringify(value)]];
}

/** Every setting that has a say in the results, of a configuration in the form of the file. */
function settings(effective: unknown): Map<string, string> {
  const counts = ([path]: [string, string]) =>
    !recordingOnly.some((prefix) => path === prefix || path.startsWith(`${prefix}.`));
  return new Map(leaves(effective).filter(counts));
}

/**
 * Hash (SHA-256, hexadecimal) of everything in a configuration that has a say in the results. The order of keys does
 * not count, that of lists does; the run's name, its output folder, trackers, judges and kept checkpoints are left
 * out.
 */
export function fingerprintConfig(config: RunConfig): string {
  const sorted = [...settings(effectiveConfig(config))].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

/**
 * Paths at which two configurations differ in something that the fingerprint covers, in order. `before` may be what an
 * effective configuration's file holds, when the plugins are gone that could check it.
 */
export function configDifferences(
  before: RunConfig | { readonly recorded: unknown },
  after: RunConfig,
): readonly string[] {
  const old = settings("recorded" in before ? before.recorded : effectiveConfig(before));
  const current = settings(effectiveConfig(after));
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((path) => old.get(path) !== current.get(path))
    .sort();
}
