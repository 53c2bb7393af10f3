import { basename } from "node:path";
import { isRarlError, reasonOf, toRarlError } from "./to-rarl-error.js";

/** Whether `message` names the file that the system did not find. */
function namesMissing(message: string, cause: unknown): boolean {
  const { code, path } = cause as { readonly code?: unknown; readonly path?: unknown };
  return code === "ENOENT" && typeof path === "string" && message.includes(basename(path));
}

/** Messages of the chain of causes below `error`, each once, but for what a wrapper's own message repeats. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  const seen = new Set<unknown>([error]);
  let above = error.message;
  for (let cause = error.cause; cause !== undefined && !seen.has(cause);) {
    seen.add(cause);
    const reason = reasonOf(cause);
    if (!above.includes(reason) && !namesMissing(above, cause)) causes.push(reason);
    above = reason;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** This package's own modules, as stacks name them. */
const ownModules = new URL("..", import.meta.url).href;

/** Where a plugin threw: the first place outside Node and this package; null when the stack names none. */
function thrownAt(error: Error): string | null {
  let origin: unknown = error;
  while (isRarlError(origin)) origin = origin.cause;
  const stack = origin instanceof Error ? (origin.stack ?? "") : "";
  const places = stack.split("\n").flatMap((line) => /^ +at (?:async )?(.+)$/.exec(line)?.[1] ?? []);
  return places.find((place) => !place.includes("node:") && !place.includes(ownModules)) ?? null;
}

/** An error for the console: code, message, context, causes, remedy, and where to read more. No colours. */
export function formatError(thrown: unknown, options: { readonly stack?: boolean } = {}): string {
  const error = toRarlError(thrown);
  const lines = [`${error.code}: ${error.message}`];
  for (const note of error.trail) lines.push(`  in ${note}`);
  for (const cause of causesOf(error)) lines.push(`  caused by: ${cause}`);
  const origin = error.kind === "plugin" ? thrownAt(error) : null;
  if (origin !== null) lines.push(`  thrown at ${origin}`);
  lines.push(error.remedy, `More: rarl-sdk explain ${error.code}`);
  if (options.stack) {
    const shown = error.code === "INTERNAL" && error.cause instanceof Error ? error.cause : error;
    lines.push(shown.stack ?? "");
    if (shown.cause instanceof Error) lines.push(`caused by ${shown.cause.stack ?? ""}`);
  }
  return lines.join("\n");
}
