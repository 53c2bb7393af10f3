import { join } from "node:path";
import type { z } from "zod";
import { generationSchema } from "./config-schema.js";
import { readJsonIfPresent } from "./read-json.js";

/** The checkpoint's own ideas of sampling; every field may be absent. */
export interface GenerationConfig {
  readonly bos?: number;
  readonly pad?: number;
  /** Ids that end a completion; empty when the file names none. */
  readonly eos: readonly number[];
  readonly doSample?: boolean;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly repetitionPenalty?: number;
}

/**
 * `generation_config.json` of a checkpoint folder; without the file every field is absent.
 * @throws RarlError `CHECKPOINT_CONFIG_INVALID`
 */
export async function readGenerationConfig(directory: string): Promise<GenerationConfig> {
  const stored = await readJsonIfPresent(join(directory, "generation_config.json"), generationSchema);
  if (stored === undefined) return { eos: [] };
  return {
    ...present("bos", stored.bos_token_id),
    ...present("pad", stored.pad_token_id),
    eos: idList(stored.eos_token_id),
    ...present("doSample", stored.do_sample),
    ...present("temperature", stored.temperature),
    ...present("topK", stored.top_k),
    ...present("topP", stored.top_p),
    ...present("repetitionPenalty", stored.repetition_penalty),
  };
}

/** One id, several or none as a list. */
export function idList(ids: z.output<typeof generationSchema>["eos_token_id"]): readonly number[] {
  if (ids === null || ids === undefined) return [];
  return typeof ids === "number" ? [ids] : ids;
}

function present<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [name in Key]?: Value } {
  return (value === null || value === undefined ? {} : { [key]: value }) as { [name in Key]?: Value };
}
