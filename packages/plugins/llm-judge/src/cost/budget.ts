import type { CostLedger, Settlement } from "./cost-ledger.js";

/** Leave to make one call. */
export interface Permit {
  /** Dollars that the call can cost at most. */
  readonly most: number;
  /** To be called once, whatever became of the call. */
  settle(settlement: Settlement): Promise<void>;
}

/** Floating-point dust must not keep a call out that fits exactly. */
const tolerance = 1e-12;

/**
 * Lets calls go out as long as what was spent and the most that all open ones can cost stays within the cap. A call
 * that does not fit waits for open ones to come in cheaper than their most.
 */
export class Budget {
  private openCalls = 0;
  private waiting: (() => void)[] = [];

  /** @param cap dollars; null is none */
  constructor(
    private readonly ledger: CostLedger,
    private readonly judge: string,
    private readonly model: string,
    private readonly cap: number | null,
  ) {}

  /** Dollars so far, open calls counted with the most they can cost. */
  get spent(): number {
    return this.ledger.spent(this.judge);
  }

  /** Null when the call does not fit and nothing that is open can change that. */
  async admit(most: number, signal: AbortSignal): Promise<Permit | null> {
    while (this.cap !== null && this.spent + most > this.cap + tolerance) {
      if (this.openCalls === 0) return null;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      signal.throwIfAborted();
    }
    this.openCalls++;
    try {
      const id = await this.ledger.begin(this.judge, this.model, most);
      return { most, settle: (settlement) => this.settle(id, most, settlement) };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private async settle(id: string, most: number, settlement: Settlement): Promise<void> {
    try {
      await this.ledger.settle(this.judge, id, most, settlement);
    } finally {
      this.close();
    }
  }

  private close(): void {
    this.openCalls--;
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }
}
