import { configErrors } from "./config.js";
import { dataErrors } from "./data.js";
import { exitCodes, type CatalogueEntry, type ErrorKind } from "./entry.js";
import { hookErrors } from "./hook.js";
import { judgeErrors } from "./judge.js";
import { modelErrors } from "./model.js";
import { pluginErrors } from "./plugin.js";
import { ratingErrors } from "./rating.js";
import { runErrors } from "./run.js";
import { similarityErrors } from "./similarity.js";

/** Every error the SDK throws on purpose, by code. */
export const errorCatalogue = {
  ...configErrors,
  ...pluginErrors,
  ...hookErrors,
  ...runErrors,
  ...modelErrors,
  ...dataErrors,
  ...judgeErrors,
  ...similarityErrors,
  ...ratingErrors,
};

export type ErrorCode = keyof typeof errorCatalogue;
export type ErrorDetails<Code extends ErrorCode> =
  (typeof errorCatalogue)[Code] extends CatalogueEntry<infer Details> ? Details : never;

/** An error of the catalogue: what is wrong, where, and what to do. */
export class RarlError extends Error {
  override readonly name = "RarlError";
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Where the error passed through on its way up, innermost first, such as `tap "format" of plugin … on hook score`. */
  readonly trail: string[] = [];

  constructor(code: ErrorCode, details: object, options?: ErrorOptions) {
    const catalogueEntry = errorCatalogue[code] as CatalogueEntry<object>;
    super(catalogueEntry.message(details), options);
    this.code = code;
    this.kind = catalogueEntry.kind;
    this.remedy = catalogueEntry.remedy;
    this.details = { ...details };
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }

  /** Notes a place that the error passes through and returns the error, to be thrown on. */
  within(place: string): this {
    if (!this.trail.includes(place)) this.trail.push(place);
    return this;
  }

  /** Address of the entry in the documentation. */
  get anchor(): string {
    return `docs/reference/errors.md#${this.code.toLowerCase()}`;
  }
}

/** Makes an error of the catalogue with its details checked by the compiler. */
export function rarlError<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  options?: ErrorOptions,
): RarlError {
  return new RarlError(code, details as object, options);
}
