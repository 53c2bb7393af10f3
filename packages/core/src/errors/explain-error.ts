import { didYouMean } from "./did-you-mean.js";
import { exitCodes, type CatalogueEntry } from "./entry.js";
import { errorCatalogue, rarlError, type ErrorCode } from "./rarl-error.js";

/** Facts about one entry of the catalogue, ready to print. */
export interface ErrorExplanation {
  readonly code: ErrorCode;
  readonly kind: string;
  readonly exitCode: number;
  /** The message with its details as `<detail>`. */
  readonly message: string;
  readonly remedy: string;
  readonly explanation: string;
}

/** Any detail as a placeholder: text, list and place in one, so that every message form can be shown without facts. */
function placeholder(name: string): unknown {
  const shown = `<${name}>`;
  return new Proxy([shown], {
    get: (list, key) => {
      if (key === Symbol.toPrimitive || key === "toString") return () => shown;
      // Lists of lists, such as shapes.
      if (key === "0") return placeholder(name);
      if (key in list) return Reflect.get(list, key) as unknown;
      if (key in String.prototype || key in Number.prototype) return () => shown;
      return typeof key === "string" ? placeholder(key) : undefined;
    },
  });
}

function messageForm(entry: CatalogueEntry<object>): string {
  const details = new Proxy(
    {},
    { get: (_, name) => (typeof name === "string" ? placeholder(name) : undefined) },
  );
  // A message that is nothing but one detail would be the placeholder itself.
  const message: unknown = entry.message(details);
  return String(message);
}

/**
 * Looks an error up in the catalogue; case does not matter.
 * @throws RarlError `ERROR_CODE_UNKNOWN`
 */
export function describeError(code: string): ErrorExplanation {
  const upper = code.toUpperCase();
  if (!Object.hasOwn(errorCatalogue, upper)) {
    throw rarlError("ERROR_CODE_UNKNOWN", {
      code,
      suggestion: didYouMean(upper, Object.keys(errorCatalogue)),
    });
  }
  const known = upper as ErrorCode;
  const entry = errorCatalogue[known] as CatalogueEntry<object>;
  return {
    code: known,
    kind: entry.kind,
    exitCode: exitCodes[entry.kind],
    message: messageForm(entry),
    remedy: entry.remedy,
    explanation: entry.explanation,
  };
}

/** The text of `rarl-sdk explain CODE`. */
export function explainError(code: string): string {
  const { code: known, kind, exitCode, message, remedy, explanation } = describeError(code);
  return `${known} (${kind}, exit code ${exitCode})\n\n  ${message}\n\n${explanation}\n\nRemedy: ${remedy}`;
}
