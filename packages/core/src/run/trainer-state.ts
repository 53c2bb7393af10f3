import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { rarlError } from "../errors/rarl-error.js";
import { writeFileAtomic } from "../files/atomic.js";

const count = z.int().nonnegative();

/** `trainer_state.json`: the fields that Hugging Face tools read, and under `rarl` what an exact resume needs. */
const trainerStateSchema = z.object({
  global_step: count,
  max_steps: count,
  epoch: z.number().nonnegative(),
  /** Numbers that JSON cannot say are null in the file. */
  log_history: z.array(z.record(z.string(), z.number().nullable())),
  rarl: z.object({
    random: z.object({ key: z.tuple([count, count]).readonly(), position: count }),
    data: z.object({ epoch: count, position: count }),
    /** Updates skipped for gradients that were not finite: in a row up to this step, and in all. */
    skipped_updates: z.object({ consecutive: count, total: count }),
  }),
});

export type TrainerState = z.output<typeof trainerStateSchema>;

export const trainerStateFile = "trainer_state.json";

export async function writeTrainerState(directory: string, state: TrainerState): Promise<void> {
  await writeFileAtomic(join(directory, trainerStateFile), `${JSON.stringify(state, null, 2)}\n`);
}

/** @throws RarlError `TRAINER_STATE_INVALID` */
export async function readTrainerState(directory: string): Promise<TrainerState> {
  const file = join(directory, trainerStateFile);
  try {
    return trainerStateSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw rarlError("TRAINER_STATE_INVALID", { file, reason }, { cause: error });
  }
}
