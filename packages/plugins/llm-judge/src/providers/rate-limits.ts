import { z } from "zod";

/** A duration as OpenAI writes it in its headers: `20ms`, `1s`, `6m0s`, `1h30m`. Milliseconds, or null. */
export function parseDuration(text: string): number | null {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return null;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units], 0);
}

/** `retry-after-ms`, or `retry-after` as seconds or as a date. Milliseconds from `now`, or null. */
function retryAfter(headers: Headers, now: number): number | null {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return milliseconds;
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * How long a response asks to wait before the next call, in milliseconds; null when it does not. Read are `retry-after`,
 * and where `x-ratelimit-remaining-…` has come to 0 the `x-ratelimit-reset-…` of requests or tokens.
 */
export function waitOf(headers: Headers, now: number): number | null {
  const asked = retryAfter(headers, now);
  if (asked !== null) return asked;
  const resets = ["requests", "tokens"]
    .filter((unit) => headers.get(`x-ratelimit-remaining-${unit}`)?.trim() === "0")
    .map((unit) => parseDuration(headers.get(`x-ratelimit-reset-${unit}`) ?? ""))
    .filter((wait) => wait !== null);
  return resets.length === 0 ? null : Math.max(...resets);
}

const retryInfo = z.object({
  error: z.object({ details: z.array(z.object({ retryDelay: z.string().optional() })) }),
});

/** The `retryDelay` of a google.rpc.RetryInfo in an error's body, in milliseconds; null without one. */
export function retryDelayOf(body: unknown): number | null {
  const parsed = retryInfo.safeParse(body);
  if (!parsed.success) return null;
  const delay = parsed.data.error.details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  return delay === undefined ? null : parseDuration(delay);
}
