import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { rarlError, tokens, type Judge, type Kernel } from "@rarl-sdk/core";
import { systemClock, type Clock } from "./asking/clock.js";
import { CostLedger, sharedLedger } from "./cost/cost-ledger.js";
import { listPrice, type Price, type Vendor } from "./cost/prices.js";
import { LlmJudge } from "./llm-judge.js";
import type { CommonJudgeOptions } from "./options.js";
import { paperTemplate } from "./prompt/paper-template.js";
import { parseTemplate, type Template } from "./prompt/template.js";
import type { Provider } from "./providers/provider.js";
import { redactor } from "./providers/redact.js";
import { isLoopback } from "./recipient.js";
import { sharedCache, VerdictCache } from "./verdict-cache.js";

/** What tests replace. */
export interface JudgeSurroundings {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const systemSurroundings: JudgeSurroundings = {
  clock: systemClock,
  random: Math.random,
  environment: process.env,
};

/** A vendor and how to reach a model of it. */
export interface VendorAccess<Options> {
  readonly vendor: Vendor;
  /** Of the vendor's own endpoint. */
  readonly host: string;
  readonly keyVariable: string;
  /** Options of its own that have a say in verdicts. */
  fingerprint(options: Options): readonly unknown[];
  open(options: Options, key: string | null, clock: Clock, redact: (text: string) => string): Provider;
}

/**
 * A judge from its options. It keeps its costs in `judge-costs.jsonl` of the folder at hand and its cache in the cache
 * folder, where the container knows them, else in memory.
 * @throws RarlError `JUDGE_KEY_MISSING`, `JUDGE_PRICE_UNKNOWN`, `JUDGE_TEMPLATE`
 */
export function createJudge<Options extends CommonJudgeOptions>(
  access: VendorAccess<Options>,
  options: Options,
  container: Kernel["container"],
  { clock, random, environment }: JudgeSurroundings = systemSurroundings,
): Judge {
  const { model, baseURL, temperature, maxOutputTokens } = options;
  const name = `${access.vendor}:${model}`;
  const folder = (token: typeof tokens.baseDirectory) =>
    container.isRegistered(token, true) ? container.resolve(token) : null;
  const key = keyOf(access, options, name, environment);
  const template = templateOf(options, folder(tokens.baseDirectory) ?? process.cwd());
  const price = priceOf(access, options);
  const maximumCost = capOf(options, price, name);
  const settled = [baseURL, model, temperature, maxOutputTokens, template.fingerprint];
  const hash = createHash("sha256")
    .update(JSON.stringify([...settled, ...access.fingerprint(options)]))
    .digest("hex")
    .slice(0, 16);
  const fingerprint = `${name} at ${baseURL} #${hash}`;
  const remembers = options.cache && temperature === 0;
  const records = folder(tokens.recordDirectory);
  const caches = folder(tokens.cacheDirectory);
  return new LlmJudge({
    name,
    fingerprint,
    provider: access.open(options, key, clock, redactor(key === null ? [] : [key])),
    template,
    clock,
    random,
    settings: {
      model,
      price,
      maximumCost,
      maxOutputTokens,
      remembers,
      concurrency: options.concurrency,
      stopAfterErrors: options.stopAfterErrors,
      retries: options.retries,
      timeout: options.timeout * 1000,
      maximumWait: options.maximumWait * 1000,
    },
    openLedger: () =>
      records === null
        ? Promise.resolve(CostLedger.inMemory())
        : sharedLedger(path.join(records, "judge-costs.jsonl")),
    openCache: () =>
      caches === null || !remembers
        ? Promise.resolve(VerdictCache.inMemory())
        : sharedCache(path.join(caches, "verdicts", `${hash}.jsonl`)),
  });
}

/** The vendor's own endpoint, to which the vendor's prices and key belong; a key never goes elsewhere unasked. */
function isOwn(access: VendorAccess<never>, { baseURL }: CommonJudgeOptions): boolean {
  const { hostname, protocol } = new URL(baseURL);
  return hostname === access.host && protocol === "https:";
}

function keyOf<Options extends CommonJudgeOptions>(
  access: VendorAccess<Options>,
  options: Options,
  judge: string,
  environment: JudgeSurroundings["environment"],
): string | null {
  const { keyVariable = isOwn(access, options) ? access.keyVariable : null, baseURL } = options;
  if (keyVariable === null) return null;
  const key = environment[keyVariable]?.trim() ?? "";
  if (key === "") throw rarlError("JUDGE_KEY_MISSING", { judge, variable: keyVariable, endpoint: baseURL });
  return key;
}

function templateOf(options: CommonJudgeOptions, baseDirectory: string): Template {
  const { template, templateFile } = options;
  if (templateFile === undefined) {
    return parseTemplate(template ?? paperTemplate, template === undefined ? "of the paper" : "in template");
  }
  const where = `in ${path.resolve(baseDirectory, templateFile)}`;
  if (template !== undefined) {
    throw rarlError("JUDGE_TEMPLATE", { where, problems: ["template is given as well"] });
  }
  let text: string;
  try {
    text = readFileSync(path.resolve(baseDirectory, templateFile), "utf8");
  } catch (error) {
    const problems = [(error as Error).message];
    throw rarlError("JUDGE_TEMPLATE", { where, problems }, { cause: error });
  }
  return parseTemplate(text, where);
}

function priceOf(access: VendorAccess<never>, options: CommonJudgeOptions): Price | null {
  if (options.price !== undefined) return options.price;
  if (isOwn(access, options)) return listPrice(access.vendor, options.model);
  return isLoopback(options.baseURL) ? { input: 0, output: 0 } : null;
}

/** Dollars that may be spent when the configuration does not say and the price is known. */
const defaultCap = 10;

function capOf(options: CommonJudgeOptions, price: Price | null, judge: string): number | null {
  const { maximumCost, model, baseURL } = options;
  if (price !== null) return maximumCost === undefined ? defaultCap : maximumCost;
  if (maximumCost === undefined || maximumCost === null) return null;
  throw rarlError("JUDGE_PRICE_UNKNOWN", { judge, model, endpoint: baseURL });
}
