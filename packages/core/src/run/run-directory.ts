import { access, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { effectiveConfig } from "../config/effective-config.js";
import { configDifferences } from "../config/fingerprint-config.js";
import { loadConfigFile } from "../config/load-config.js";
import { parseConfig } from "../config/parse-config.js";
import type { RunConfig } from "../config/run-config.js";
import { rarlError } from "../errors/rarl-error.js";
import { isRarlError } from "../errors/to-rarl-error.js";
import { writeFileAtomic } from "../files/atomic.js";
import { checkWritable } from "../files/check-writable.js";
import { filesystemError } from "../files/filesystem-error.js";
import { lockFolder, type FolderLock } from "../files/folder-lock.js";
import { truncateJsonl } from "../files/truncate-jsonl.js";
import type { Kernel } from "../kernel/kernel.js";
import { Checkpoints, type Checkpoint } from "./checkpoints.js";
import { newRunRecord } from "./new-run-record.js";
import { readRunRecord, writeRunRecord, type RunRecord } from "./run-record.js";
import type { RunRequest } from "./run-request.js";
import { readTrainerState, type TrainerState } from "./trainer-state.js";

/** Where a resumed run goes on. */
export interface Resumption {
  /** Null when the run ended before its first checkpoint: it starts again from the beginning. */
  readonly checkpoint: (Checkpoint & { readonly state: TrainerState }) | null;
  /** Paths of the configuration that changed since, such as `optimizer.learningRate`. */
  readonly changes: readonly string[];
}

/** The folder of a run that is about to begin or go on. */
export interface RunDirectory {
  readonly path: string;
  readonly checkpoints: Checkpoints;
  /** Null for a new run. */
  readonly resumption: Resumption | null;
  /** Keeps other processes out until the run has ended. */
  readonly lock: FolderLock;
  record: RunRecord;
}

const configFile = "config.yaml";
/** Names the lock. */
const purpose = "run";

/**
 * Makes the folder of a new run, or checks that the run in an old one can go on exactly.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`, `RUN_NOT_FOUND`, `RUN_FINISHED`, `RUN_CHANGED`, `TRAINER_STATE_INVALID`,
 *   `FOLDER_IN_USE` when another process runs in the folder
 */
export async function openRunDirectory(request: RunRequest): Promise<RunDirectory> {
  const { config } = request;
  const fresh = await newRunRecord(request);
  if (request.resume !== undefined) return resumeRunDirectory(request, request.resume, fresh);
  const output = resolve(request.baseDirectory, config.output);
  await checkWritable(output);
  const path = await makeRunDirectory(output, config.name, fresh.startedAt);
  const lock = await lockFolder(path, purpose);
  return { path, checkpoints: checkpointsOf(path, config), resumption: null, lock, record: fresh };
}

async function resumeRunDirectory(
  request: RunRequest,
  resume: string,
  fresh: RunRecord,
): Promise<RunDirectory> {
  const path = resolve(resume);
  const old = await readRunRecord(path);
  await checkWritable(path);
  const lock = await lockFolder(path, purpose);
  try {
    return { ...(await continuation(request, path, old, fresh)), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function continuation(
  request: RunRequest,
  path: string,
  old: RunRecord,
  fresh: RunRecord,
): Promise<Omit<RunDirectory, "lock">> {
  const { config } = request;
  const file = join(path, configFile);
  await access(file).catch((error: unknown) => {
    throw rarlError("RUN_NOT_FOUND", { directory: path, missing: configFile }, { cause: error });
  });
  const changes = configDifferences(await recordedConfig(request.kernel, file), config);
  if (changes.length > 0) refuseChanges(path, changes, request);
  else if (old.status === "finished")
    throw rarlError("RUN_FINISHED", { directory: path, step: old.lastStep });
  const checkpoints = checkpointsOf(path, config);
  await checkpoints.recover();
  const newest = (await checkpoints.list()).at(-1);
  const checkpoint = newest && { ...newest, state: await readTrainerState(newest.directory) };
  const record: RunRecord = {
    ...fresh,
    startedAt: old.startedAt,
    resumedAt: [...old.resumedAt, fresh.startedAt],
    lastStep: checkpoint?.step ?? 0,
    fingerprints: { ...old.fingerprints, config: fresh.fingerprints.config },
  };
  return { path, checkpoints, resumption: { checkpoint: checkpoint ?? null, changes }, record };
}

/** The configuration that a run began with; as it was written when today's plugins do not take it. */
async function recordedConfig(kernel: Kernel, file: string): Promise<RunConfig | { recorded: unknown }> {
  const { raw, locate } = await loadConfigFile(file);
  try {
    return parseConfig(kernel, raw, file, locate);
  } catch (error) {
    if (!isRarlError(error)) throw error;
    return { recorded: raw };
  }
}

/** @throws RarlError `RUN_CHANGED` unless changes are allowed */
export function refuseChanges(directory: string, changes: readonly string[], request: RunRequest): void {
  if (changes.length > 0 && request.allowChanges !== true)
    throw rarlError("RUN_CHANGED", { directory, changes });
}

/** Writes what must be there before the first step, and takes back what a resumed run will do again. */
export async function prepareRunDirectory(
  { path, resumption, record }: RunDirectory,
  config: RunConfig,
): Promise<void> {
  if (resumption !== null) {
    const last = resumption.checkpoint?.step ?? 0;
    for (const name of ["metrics.jsonl", "completions.jsonl"]) {
      await truncateJsonl(join(path, name), ({ step }) => typeof step === "number" && step <= last);
    }
  }
  await writeFileAtomic(
    join(path, configFile),
    stringify(effectiveConfig(config), { lineWidth: 110, aliasDuplicateObjects: false }),
  );
  await writeRunRecord(path, record);
}

/** Removes the folder of a new run that never began, so that nothing half-made stays. */
export async function discardRunDirectory({ path, resumption }: RunDirectory): Promise<void> {
  if (resumption === null) await rm(path, { recursive: true, force: true });
}

function checkpointsOf(path: string, config: RunConfig): Checkpoints {
  return new Checkpoints(join(path, "checkpoints"), config.training.keepCheckpoints);
}

/** `<name>-<time>`; a number follows when two runs begin in the same second. */
async function makeRunDirectory(output: string, name: string, startedAt: string): Promise<string> {
  const time = startedAt.slice(0, 19).replaceAll(":", "-");
  const stem = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}-${time}`;
  for (let attempt = 1; ; attempt++) {
    const path = join(output, attempt === 1 ? stem : `${stem}-${attempt}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw filesystemError(error, path);
    }
  }
}
