import { createHash } from "node:crypto";
import {
  rarlError,
  type Judge,
  type JudgeItem,
  type Verdict,
  type VerdictListener,
  type VerdictOrigin,
} from "@rarl-sdk/core";
import { askProvider, type AskContext, type AskSettings, type Outcome } from "./asking/ask-provider.js";
import type { Clock } from "./asking/clock.js";
import { forEachIndex } from "./asking/for-each.js";
import { Pace } from "./asking/pace.js";
import { Budget } from "./cost/budget.js";
import type { CostLedger } from "./cost/cost-ledger.js";
import type { Template } from "./prompt/template.js";
import type { Provider, Reply } from "./providers/provider.js";
import type { VerdictCache } from "./verdict-cache.js";
import { answerSchema, readAnswer } from "./verdict-schema.js";

export interface LlmJudgeSettings extends AskSettings {
  readonly model: string;
  /** Calls at a time. */
  readonly concurrency: number;
  /** Items in a row that end in an error before the judge gives up. */
  readonly stopAfterErrors: number;
  /** Dollars; null is no cap. */
  readonly maximumCost: number | null;
  /** The same question is asked once. Only where answers do not vary: at temperature 0. */
  readonly remembers: boolean;
}

export interface LlmJudgeParts {
  /** Such as `openai:gpt-4o-mini`; spending counts under it. */
  readonly name: string;
  readonly fingerprint: string;
  readonly settings: LlmJudgeSettings;
  readonly provider: Provider;
  readonly template: Template;
  readonly clock: Clock;
  readonly random: () => number;
  /** Opened at the first grading: a judge that is only configured leaves no files. */
  readonly openLedger: () => Promise<CostLedger>;
  readonly openCache: () => Promise<VerdictCache>;
}

interface Opened {
  readonly cache: VerdictCache;
  readonly context: AskContext;
}

/** A language model as judge, whatever its provider. */
export class LlmJudge implements Judge {
  readonly name: string;
  readonly fingerprint: string;
  private opened: Promise<Opened> | null = null;
  /** What went wrong with the last items, none answered since. */
  private errorsInARow: string[] = [];
  /** Questions that are being asked, by what is asked: those who ask the same wait for the answer. */
  private readonly open = new Map<string, Promise<Verdict>>();

  constructor(private readonly parts: LlmJudgeParts) {
    this.name = parts.name;
    this.fingerprint = parts.fingerprint;
  }

  /**
   * @throws RarlError `JUDGE_REJECTED`, `JUDGE_FAILING`, and what ledger and cache throw; the signal's reason.
   *   `onVerdict` has then been called for everything that was answered.
   */
  async grade(
    items: readonly JudgeItem[],
    signal: AbortSignal,
    onVerdict?: VerdictListener,
  ): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    if (items.length === 0) return verdicts;
    const opened = await (this.opened ??= this.openParts());
    await forEachIndex(items.length, this.parts.settings.concurrency, async (index) => {
      signal.throwIfAborted();
      const verdict = await this.verdictOn(items[index]!, opened, signal);
      verdicts[index] = verdict;
      await onVerdict?.(index, verdict);
      this.giveUpAfterErrors();
    });
    return verdicts;
  }

  private async openParts(): Promise<Opened> {
    const { name, settings, provider, clock, random, openLedger, openCache } = this.parts;
    const [ledger, cache] = await Promise.all([openLedger(), openCache()]);
    const budget = new Budget(ledger, name, settings.model, settings.maximumCost);
    return { cache, context: { provider, settings, budget, pace: new Pace(clock), clock, random } };
  }

  private async verdictOn(item: JudgeItem, opened: Opened, signal: AbortSignal): Promise<Verdict> {
    const hasReasoning = Boolean(item.sample.reasoning);
    const { system, user } = this.parts.template.render(item);
    const ask = async () => {
      const request = { system, user, schema: answerSchema(hasReasoning) };
      return this.read(await askProvider(request, opened.context, signal), hasReasoning);
    };
    if (!this.parts.settings.remembers) return ask();

    const key = hashOf([this.fingerprint, system, user, hasReasoning]);
    const known = opened.cache.get(key);
    if (known !== null) return known;
    const asking = this.open.get(key);
    if (asking !== undefined) return repeated(await asking);
    const verdict = ask();
    this.open.set(key, verdict);
    try {
      await opened.cache.add(key, await verdict);
      return await verdict;
    } finally {
      this.open.delete(key);
    }
  }

  /** @throws RarlError `JUDGE_REJECTED` */
  private read(outcome: Outcome, hasReasoning: boolean): Verdict {
    const { settings, provider } = this.parts;
    const cost = settings.price === null ? null : outcome.cost;
    if ("exhausted" in outcome) {
      const cap = String(settings.maximumCost);
      return { state: "error", detail: `not asked: the budget of $${cap} leaves no room for the call`, cost };
    }
    if ("failure" in outcome) {
      const { kind, status, message } = outcome.failure;
      if (kind === "fatal") {
        const where = { judge: this.name, endpoint: provider.endpoint, status };
        throw rarlError("JUDGE_REJECTED", { ...where, reason: message });
      }
      const detail = `${status === null ? "" : `HTTP ${status}: `}${message}`;
      if (kind !== "refused") {
        this.errorsInARow.push(detail);
        return { state: "error", detail, cost };
      }
      this.errorsInARow = [];
      return { state: "refused", detail, cost };
    }
    this.errorsInARow = [];
    return verdictOf(outcome.reply, cost, hasReasoning, settings.maxOutputTokens);
  }

  /** @throws RarlError `JUDGE_FAILING` */
  private giveUpAfterErrors(): void {
    const { length: failures } = this.errorsInARow;
    if (failures < this.parts.settings.stopAfterErrors) return;
    const reason = this.errorsInARow.at(-1)!;
    this.errorsInARow = [];
    const { endpoint } = this.parts.provider;
    throw rarlError("JUDGE_FAILING", { judge: this.name, endpoint, failures, reason });
  }
}

function verdictOf(
  reply: Reply,
  cost: number | null,
  hasReasoning: boolean,
  maxOutputTokens: number,
): Verdict {
  const { text, refusal, isCut, model, usage } = reply;
  const origin: VerdictOrigin = {
    model,
    inputTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    cost,
    isCached: false,
  };
  if (refusal !== null) return { state: "refused", detail: refusal, ...origin };
  const answer = readAnswer(text, hasReasoning);
  if (!("problem" in answer)) return { state: "valid", ...answer, ...origin };
  const problem = isCut ? `it was cut at ${maxOutputTokens} tokens` : answer.problem;
  return { state: "unparseable", detail: `${problem}; the answer: ${shortened(text)}`, ...origin };
}

/** The same verdict for who asked the same at the same time; the call is paid for once. */
function repeated(verdict: Verdict): Verdict {
  return { ...verdict, inputTokens: null, outputTokens: null, cost: 0, isCached: true };
}

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
