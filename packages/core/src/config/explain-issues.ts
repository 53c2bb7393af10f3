import { z } from "zod";
import { didYouMean } from "../errors/did-you-mean.js";
import { formatPath, valueAt, type ConfigPath } from "./config-path.js";

/** One thing that is wrong with a value. */
export interface ConfigIssue {
  readonly kind: "unknown-key" | "unknown-name" | "invalid";
  readonly path: ConfigPath;
  /** What is wrong, without the path. */
  readonly message: string;
  /** The unknown key or name itself. */
  readonly given: string | null;
  readonly suggestion: string | null;
  /** What could stand there instead, for unknown keys and names. */
  readonly known: readonly string[];
}

export type Explained<Data> =
  | { readonly success: true; readonly data: Data }
  | {
      readonly success: false;
      readonly issues: readonly ConfigIssue[];
      readonly problems: readonly string[];
    };

/** The names that the members of a discriminated union stand for. */
function unionNames(union: unknown, discriminator: string): string[] {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  return union.options.flatMap((option) => {
    const literal =
      option instanceof z.ZodObject
        ? (option.shape as Record<string, z.core.$ZodType>)[discriminator]
        : undefined;
    return [...(literal?._zod.values ?? [])].filter((value) => typeof value === "string");
  });
}

/** The issue of a name that stands for nothing, or of something that is no name. */
export function nameIssue(path: ConfigPath, given: unknown, known: readonly string[]): ConfigIssue {
  const isName = typeof given === "string";
  const suggestion = isName ? didYouMean(given, known) : null;
  const meant = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
  const choices = `(known: ${known.length === 0 ? "none" : known.join(", ")})`;
  return {
    kind: isName ? "unknown-name" : "invalid",
    path,
    message: isName
      ? `there is no "${given}"${meant} ${choices}`
      : `${given === undefined ? "is missing" : "must be a name"} ${choices}`,
    given: isName ? given : null,
    suggestion,
    known,
  };
}

function keyIssue(path: ConfigPath, key: string, known: readonly string[]): ConfigIssue {
  const suggestion = didYouMean(key, known);
  const meant = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
  const message = `unknown key${meant} (known here: ${known.length === 0 ? "none" : known.join(", ")})`;
  return { kind: "unknown-key", path: [...path, key], message, given: key, suggestion, known };
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
};

function typeName(type: string): string {
  return typeNames[type] ?? type;
}

/** What stands there instead of what should, in words. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeName(Array.isArray(value) ? "array" : typeof value);
}

/** Of a number, text or list that is too small or too large. */
function limitMessage(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const isTooSmall = issue.code === "too_small";
  const limit = String(isTooSmall ? issue.minimum : issue.maximum);
  const bound = isTooSmall ? "at least" : "at most";
  if (issue.origin !== "string" && issue.origin !== "array") {
    const open = isTooSmall ? "greater than" : "less than";
    return `must be ${issue.inclusive === true ? bound : open} ${limit}`;
  }
  if (isTooSmall && limit === "1") return "must not be empty";
  return `must have ${bound} ${limit} ${issue.origin === "string" ? "characters" : "entries"}`;
}

/** What zod says, in the plain words that a reader of a YAML file needs. */
function plainMessage(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value"))
    return "is missing";
  if (issue.code === "invalid_type") return `must be ${typeName(issue.expected)}, not ${kindOf(value)}`;
  if (issue.code === "too_small" || issue.code === "too_big") return limitMessage(issue);
  if (issue.code === "invalid_value") {
    const suggestion = typeof value === "string" ? didYouMean(value, issue.values.map(String)) : null;
    const shown = issue.values.map((one) => JSON.stringify(one)).join(", ");
    const meant = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
    return `must be ${issue.values.length === 1 ? "" : "one of "}${shown}${meant}`;
  }
  if (issue.code === "invalid_union") {
    const branches = issue.errors.flat();
    const types = branches.flatMap((one) =>
      one.code === "invalid_type" && one.path.length === 0 ? [one.expected] : [],
    );
    if (types.length > 0 && types.length === branches.length) {
      return `must be ${types.map(typeName).join(" or ")}, not ${kindOf(value)}`;
    }
    const messages = branches.map((branch) => {
      const path = branch.path as ConfigPath;
      const message = plainMessage(branch, valueAt(value, path));
      return path.length === 0 ? message : `${formatPath(path)}: ${message}`;
    });
    return messages.length === 0 ? issue.message : [...new Set(messages)].join(" or ");
  }
  return issue.message;
}

/** Parses `value` and, where it is wrong, says what, where, and what was probably meant. */
export function explainIssues<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Explained<z.output<Schema>> {
  // Only while an issue is being worded does zod say which schema found it, and so what would be known there.
  const knownAt = new Map<string, readonly string[]>();
  const parsed = schema.safeParse(value, {
    error: (issue) => {
      const { inst } = issue;
      const place = JSON.stringify([issue.code, ...(issue.path ?? [])]);
      if (issue.code === "unrecognized_keys" && inst instanceof z.ZodObject)
        knownAt.set(place, Object.keys(inst.shape));
      if (issue.code === "invalid_union" && typeof issue["discriminator"] === "string") {
        knownAt.set(place, unionNames(inst, issue["discriminator"]));
      }
      return undefined;
    },
  });
  if (parsed.success) return parsed;

  const issues = parsed.error.issues.flatMap((issue): ConfigIssue[] => {
    const path = issue.path as ConfigPath;
    const known = knownAt.get(JSON.stringify([issue.code, ...path])) ?? [];
    const found = valueAt(value, path);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => keyIssue(path, key, known));
    if (issue.code === "invalid_union" && "discriminator" in issue) return [nameIssue(path, found, known)];
    const message = plainMessage(issue, found);
    return [{ kind: "invalid", path, message, given: null, suggestion: null, known: [] }];
  });
  const problems = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${formatPath(path)}: ${message}`,
  );
  return { success: false, issues, problems };
}
