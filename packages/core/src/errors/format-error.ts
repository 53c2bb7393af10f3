import { reasonOf, toRarlError } from "./to-rarl-error.js";

/** Messages of the chain of causes below `error`, each once. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  const seen = new Set<unknown>([error]);
  let above = error.message;
  for (let cause = error.cause; cause !== undefined && !seen.has(cause);) {
    seen.add(cause);
    const reason = reasonOf(cause);
    // A wrapper usually repeats its cause's message.
    if (!above.includes(reason)) causes.push(reason);
    above = reason;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** An error for the console: code, message, context, causes, remedy, and where to read more. No colours. */
export function formatError(thrown: unknown, options: { readonly stack?: boolean } = {}): string {
  const error = toRarlError(thrown);
  const lines = [`${error.code}: ${error.message}`];
  for (const note of error.trail) lines.push(`  in ${note}`);
  for (const cause of causesOf(error)) lines.push(`  caused by: ${cause}`);
  lines.push(error.remedy, `More: rarl-sdk explain ${error.code}`);
  if (options.stack) {
    const origin = error.code === "INTERNAL" && error.cause instanceof Error ? error.cause : error;
    lines.push(origin.stack ?? "");
    if (origin.cause instanceof Error) lines.push(`caused by ${origin.cause.stack ?? ""}`);
  }
  return lines.join("\n");
}
