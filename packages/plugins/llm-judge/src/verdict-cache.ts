import type { Verdict } from "@rarl-sdk/core";
import { z } from "zod";
import { KeptLines } from "./kept-lines.js";

const recordSchema = z.object({
  key: z.string(),
  verdict: z.object({
    state: z.literal("valid"),
    reasoningScore: z.number().nullable(),
    predictionScore: z.number(),
    justification: z.string(),
    model: z.string().nullish(),
  }),
});

type CachedVerdict = Extract<Verdict, { state: "valid" }>;

/** Valid verdicts by the hash of everything that was asked. Kept in one append-only file, or in memory alone. */
export class VerdictCache {
  private constructor(
    private readonly lines: KeptLines | null,
    private readonly verdicts: Map<string, CachedVerdict>,
  ) {}

  static inMemory(): VerdictCache {
    return new VerdictCache(null, new Map());
  }

  /**
   * A record that is none of ours is passed over: what it would have said is asked again.
   * @throws RarlError `JSONL_INVALID`, `OUTPUT_NOT_WRITABLE`
   */
  static async open(file: string): Promise<VerdictCache> {
    const verdicts = new Map<string, CachedVerdict>();
    const lines = await KeptLines.open(file, ({ value }) => {
      const parsed = recordSchema.safeParse(value);
      if (!parsed.success) return;
      const { model = null, ...verdict } = parsed.data.verdict;
      verdicts.set(parsed.data.key, { ...verdict, model });
    });
    return new VerdictCache(lines, verdicts);
  }

  /** The verdict on `key` as one that cost nothing; null when there is none. */
  get(key: string): CachedVerdict | null {
    const verdict = this.verdicts.get(key);
    return verdict === undefined
      ? null
      : { ...verdict, inputTokens: null, outputTokens: null, cost: 0, isCached: true };
  }

  async add(key: string, verdict: Verdict): Promise<void> {
    if (verdict.state !== "valid") return;
    this.verdicts.set(key, verdict);
    const { state, reasoningScore, predictionScore, justification, model = null } = verdict;
    const kept = { state, reasoningScore, predictionScore, justification, model };
    await this.lines?.append({ key, verdict: kept });
  }
}

/** Judges of one process that keep to one file share the cache. */
const open = new Map<string, Promise<VerdictCache>>();

export function sharedCache(file: string): Promise<VerdictCache> {
  const cache = open.get(file) ?? VerdictCache.open(file);
  open.set(file, cache);
  cache.catch(() => open.delete(file));
  return cache;
}
