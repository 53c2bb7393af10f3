import { readFile } from "node:fs/promises";
import { fingerprintConfig } from "../config/fingerprint-config.js";
import type { RunRecord } from "./run-record.js";
import type { RunRequest } from "./run-request.js";

/** The record of a run that begins now; engine, data and checkpoint are filled in as they are opened. */
export async function newRunRecord({ kernel, config, baseDirectory }: RunRequest): Promise<RunRecord> {
  const packageFile = new URL("../../package.json", import.meta.url);
  const { version } = JSON.parse(await readFile(packageFile, "utf8")) as { version: string };
  return {
    name: config.name,
    status: "running",
    sdk: version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    plugins: kernel.plugins.map((plugin) => plugin.name),
    baseDirectory,
    seed: config.seed,
    engine: null,
    similarities: [],
    parameters: null,
    fingerprints: { config: fingerprintConfig(config), data: {}, checkpoint: null },
    totalSteps: 0,
    lastStep: 0,
    startedAt: new Date().toISOString(),
    endedAt: null,
    resumedAt: [],
    error: null,
  };
}
