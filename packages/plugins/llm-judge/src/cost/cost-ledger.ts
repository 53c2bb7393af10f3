import { randomUUID } from "node:crypto";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { KeptLines } from "../kept-lines.js";
import type { Usage } from "../providers/provider.js";

const recordSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("call"), id: z.string(), judge: z.string(), most: z.number().min(0) }),
  z.object({ event: z.literal("settled"), id: z.string(), cost: z.number().min(0) }),
]);

/** What a call came to. */
export interface Settlement {
  /** Dollars. */
  readonly cost: number;
  /** Null where the provider did not say; the cost is then the most that the call can have come to, or 0. */
  readonly usage: Usage | null;
  /** In a word or two, such as `answered` or `HTTP 429`. */
  readonly outcome: string;
}

/**
 * What was spent on calls, by judge. Before a call goes out the most that it can cost is written down, and after it
 * what it did cost; a call without its second line, because the process was killed, counts with the most.
 */
export class CostLedger {
  private readonly spentBy = new Map<string, number>();

  private constructor(private readonly lines: KeptLines | null) {}

  /** A ledger that is not kept. */
  static inMemory(): CostLedger {
    return new CostLedger(null);
  }

  /** @throws RarlError `JSONL_INVALID`: a ledger that cannot be read can hold no cap; `OUTPUT_NOT_WRITABLE` */
  static async open(file: string): Promise<CostLedger> {
    const calls = new Map<string, { readonly judge: string; cost: number }>();
    const lines = await KeptLines.open(file, ({ line, value }) => {
      const parsed = recordSchema.safeParse(value);
      if (!parsed.success) throw rarlError("JSONL_INVALID", { file, line, reason: "not a line of a ledger" });
      const record = parsed.data;
      if (record.event === "call") calls.set(record.id, { judge: record.judge, cost: record.most });
      else {
        const call = calls.get(record.id);
        if (call !== undefined) call.cost = record.cost;
      }
    });
    const ledger = new CostLedger(lines);
    for (const { judge, cost } of calls.values()) ledger.add(judge, cost);
    return ledger;
  }

  /** Dollars, open calls counted with the most they can cost. */
  spent(judge: string): number {
    return this.spentBy.get(judge) ?? 0;
  }

  /** Writes down that a call is about to go out; resolves with its id when that is written. */
  async begin(judge: string, model: string, most: number): Promise<string> {
    const id = randomUUID();
    this.add(judge, most);
    await this.lines?.append({ event: "call", id, judge, model, most, at: new Date().toISOString() });
    return id;
  }

  /** Writes down what a call came to. */
  async settle(judge: string, id: string, most: number, settlement: Settlement): Promise<void> {
    const { cost, usage, outcome } = settlement;
    this.add(judge, cost - most);
    await this.lines?.append({ event: "settled", id, cost, outcome, ...usage });
  }

  private add(judge: string, cost: number): void {
    this.spentBy.set(judge, this.spent(judge) + cost);
  }
}

/** Judges of one process that write to one file share the ledger. */
const ledgers = new Map<string, Promise<CostLedger>>();

export function sharedLedger(file: string): Promise<CostLedger> {
  const ledger = ledgers.get(file) ?? CostLedger.open(file);
  ledgers.set(file, ledger);
  ledger.catch(() => ledgers.delete(file));
  return ledger;
}
