import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { rarlError } from "../errors/rarl-error.js";
import { writeFileAtomic } from "../files/atomic.js";

/** `run.json`: what a run was made with and how it stands. */
const runRecordSchema = z.object({
  name: z.string(),
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  sdk: z.string(),
  node: z.string(),
  platform: z.string(),
  plugins: z.array(z.string()),
  /** Folder that relative paths of the configuration start from. */
  baseDirectory: z.string(),
  seed: z.int(),
  engine: z.object({ name: z.string(), version: z.string(), device: z.string() }).nullable(),
  /** Names of the text similarities in use, with the settings that change their scores. */
  similarities: z.array(z.string()).default([]),
  parameters: z.object({ total: z.int(), trainable: z.int() }).nullable(),
  fingerprints: z.object({
    config: z.string(),
    /** Of each data set, by role. */
    data: z.record(z.string(), z.string()),
    checkpoint: z.string().nullable(),
  }),
  totalSteps: z.int(),
  lastStep: z.int(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  resumedAt: z.array(z.string()),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export type RunRecord = z.output<typeof runRecordSchema>;

export const runRecordFile = "run.json";

export async function writeRunRecord(directory: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(join(directory, runRecordFile), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws RarlError `RUN_NOT_FOUND` */
export async function readRunRecord(directory: string): Promise<RunRecord> {
  try {
    return runRecordSchema.parse(JSON.parse(await readFile(join(directory, runRecordFile), "utf8")));
  } catch (error) {
    throw rarlError("RUN_NOT_FOUND", { directory, missing: `a readable ${runRecordFile}` }, { cause: error });
  }
}
