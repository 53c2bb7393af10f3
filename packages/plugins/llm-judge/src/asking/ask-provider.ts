import type { Budget, Permit } from "../cost/budget.js";
import type { Settlement } from "../cost/cost-ledger.js";
import { costOf, type Price } from "../cost/prices.js";
import { ProviderFailure, type JudgeRequest, type Provider, type Reply } from "../providers/provider.js";
import type { Clock } from "./clock.js";
import type { Pace } from "./pace.js";

export interface AskSettings {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds until an attempt counts as lost. */
  readonly timeout: number;
  /** Longest wait, in milliseconds, that a provider may ask for. */
  readonly maximumWait: number;
  /** Null where it is not known; costs then count as 0. */
  readonly price: Price | null;
  readonly maxOutputTokens: number;
}

export interface AskContext {
  readonly provider: Provider;
  readonly settings: AskSettings;
  readonly budget: Budget;
  readonly pace: Pace;
  readonly clock: Clock;
  /** In [0, 1), for the scatter of waits. */
  readonly random: () => number;
}

/** What asking came to, attempts and their costs together. */
export type Outcome = { readonly cost: number } & (
  { readonly reply: Reply } | { readonly failure: ProviderFailure } | { readonly exhausted: true }
);

const firstWait = 1000;
const longestWait = 60_000;

/**
 * Asks until there is an answer, a failure that no repeating mends, or no attempt or money left.
 * @throws the signal's reason, and what the ledger throws
 */
export async function askProvider(
  request: JudgeRequest,
  context: AskContext,
  signal: AbortSignal,
): Promise<Outcome> {
  const { settings, budget, pace, clock } = context;
  const most = settings.price === null ? 0 : mostOf(request, settings.price, settings.maxOutputTokens);
  let cost = 0;
  for (let attempt = 0; ; attempt++) {
    await pace.ready(signal);
    const permit = await budget.admit(most, signal);
    if (permit === null) return { cost, exhausted: true };
    const { result, paid } = await attemptOnce(request, permit, context, signal);
    cost += paid;
    if (!(result instanceof ProviderFailure)) {
      if (result.wait !== null) pace.hold(Math.min(result.wait, settings.maximumWait));
      return { cost, reply: result };
    }
    if (result.kind !== "transient" || attempt >= settings.retries) return { cost, failure: result };
    if (result.wait !== null && result.wait > settings.maximumWait)
      return { cost, failure: tooLong(result, result.wait) };
    const wait = waitBefore(attempt, result.wait, context.random);
    // What the provider asks for holds for every call, a stumble for this one alone.
    if (result.wait !== null || result.status === 429) pace.hold(wait);
    else await clock.sleep(wait, signal);
  }
}

interface Attempt {
  readonly result: Reply | ProviderFailure;
  readonly paid: number;
}

async function attemptOnce(
  request: JudgeRequest,
  permit: Permit,
  { provider, settings, clock }: AskContext,
  signal: AbortSignal,
): Promise<Attempt> {
  const deadline = clock.deadline(settings.timeout);
  let result: Attempt["result"];
  try {
    result = await provider.ask(request, AbortSignal.any([signal, deadline.signal]));
  } catch (error) {
    const failure = asFailure(error, deadline.signal);
    // Aborted, or a defect: whether the call was made and paid for nobody knows.
    if (failure === null || signal.aborted) {
      await permit.settle({ cost: permit.most, usage: null, outcome: "stopped" });
      signal.throwIfAborted();
      throw error;
    }
    result = failure;
  } finally {
    deadline.cancel();
  }
  const settlement = settlementOf(result, permit.most, settings.price);
  await permit.settle(settlement);
  return { result, paid: settlement.cost };
}

function settlementOf(result: Attempt["result"], most: number, price: Price | null): Settlement {
  if (result instanceof ProviderFailure) {
    const outcome = result.status === null ? "no response" : `HTTP ${result.status}`;
    return { cost: result.mayHaveCost ? most : 0, usage: null, outcome };
  }
  const { usage } = result;
  const isCounted = usage !== null && price !== null;
  const cost = isCounted ? costOf(price, usage.inputTokens, usage.outputTokens) : most;
  return { cost, usage, outcome: "answered" };
}

function asFailure(error: unknown, deadline: AbortSignal): ProviderFailure | null {
  if (error instanceof ProviderFailure) return error;
  if (!deadline.aborted) return null;
  return new ProviderFailure((deadline.reason as Error).message, "transient", null, null);
}

/**
 * The most that a call can cost: a token is at least one byte of UTF-8, and the provider's own framing is allowed for.
 */
function mostOf({ system, user, schema }: JudgeRequest, price: Price, maxOutputTokens: number): number {
  const bytes = Buffer.byteLength(system) + Buffer.byteLength(user) + JSON.stringify(schema).length;
  return costOf(price, bytes + 256, maxOutputTokens);
}

/** What the provider asks for and a little more, else twice as long each time, scattered so that calls do not bunch. */
function waitBefore(attempt: number, asked: number | null, random: () => number): number {
  if (asked !== null) return asked + Math.round(random() * 250);
  return Math.round(Math.min(longestWait, firstWait * 2 ** attempt) * (0.5 + random() / 2));
}

function tooLong({ message, status }: ProviderFailure, wait: number): ProviderFailure {
  const text = `it asks to wait ${Math.round(wait / 1000)} s: ${message}`;
  return new ProviderFailure(text, "transient", status, wait);
}
