import type { FailureKind } from "./provider.js";

/** Codes of provider errors that no waiting mends, and of texts that are refused. */
const fatalCodes = new Set([
  "insufficient_quota",
  "billing_not_active",
  "invalid_api_key",
  "model_not_found",
]);
const refusalCodes = new Set(["content_filter", "content_policy_violation"]);

/** What an HTTP status and a provider's error code mean for this call and the next. */
export function failureOfStatus(status: number, code: string | null): FailureKind {
  if (code !== null && refusalCodes.has(code)) return "refused";
  if (code !== null && fatalCodes.has(code)) return "fatal";
  // Redirects are not followed.
  if (status >= 300 && status < 400) return "fatal";
  if ([401, 402, 403, 404, 405].includes(status)) return "fatal";
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
    ? "transient"
    : "item";
}
