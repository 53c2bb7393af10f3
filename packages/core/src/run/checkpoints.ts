import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { recoverDirectories, writeDirectoryAtomic } from "../files/atomic-directory.js";
import type { RunHooks } from "../hooks/run-hooks.js";
import { trainerStateFile } from "./trainer-state.js";

/** A complete checkpoint on disk. */
export interface Checkpoint {
  readonly step: number;
  readonly directory: string;
}

/** The checkpoints of one run, in the folder `checkpoints/`. */
export class Checkpoints {
  constructor(
    private readonly directory: string,
    private readonly keep: number,
  ) {}

  /** Clears what a killed process left behind. */
  async recover(): Promise<void> {
    await recoverDirectories(this.directory);
  }

  /** The complete ones, oldest first. */
  async list(): Promise<readonly Checkpoint[]> {
    const names = await readdir(this.directory).catch(() => []);
    const found: Checkpoint[] = [];
    for (const name of names) {
      const step = /^checkpoint-(\d+)$/.exec(name)?.[1];
      if (step === undefined) continue;
      const directory = join(this.directory, name);
      const state = await stat(join(directory, trainerStateFile)).catch(() => null);
      if (state?.isFile() === true) found.push({ step: Number(step), directory });
    }
    return found.sort((a, b) => a.step - b.step);
  }

  /**
   * Writes the checkpoint of `step` through the checkpoint hook; older ones beyond the number to keep go only
   * once it is complete.
   * @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
   */
  async write(hooks: Pick<RunHooks, "checkpoint">, step: number): Promise<Checkpoint> {
    const directory = join(this.directory, `checkpoint-${step}`);
    await writeDirectoryAtomic(directory, (temporary) =>
      hooks.checkpoint.promise({ step, directory: temporary }),
    );
    const complete = await this.list();
    for (const old of complete.slice(0, -this.keep))
      await rm(old.directory, { recursive: true, force: true });
    return { step, directory };
  }
}
