import { parse } from "yaml";
import { rarlError } from "../errors/rarl-error.js";
import { reasonOf } from "../errors/to-rarl-error.js";
import type { Locate } from "./load-config.js";

type Branch = Record<string, unknown> | unknown[];

function isBranch(value: unknown): value is Branch {
  return typeof value === "object" && value !== null;
}

function parseOverride(override: string): { readonly path: readonly string[]; readonly value: unknown } {
  const refuse = (reason: string, cause?: unknown) =>
    rarlError("CONFIG_OVERRIDE", { override, reason }, { cause });
  const equals = override.indexOf("=");
  if (equals < 0) throw refuse("there is no =");
  const path = override
    .slice(0, equals)
    .trim()
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .split(".");
  if (path.includes("")) throw refuse("the path has an empty part");
  // These would reach beyond the configuration's own data.
  if (path.some((part) => ["__proto__", "constructor", "prototype"].includes(part)))
    throw refuse("the path is not allowed");
  try {
    return { path, value: parse(override.slice(equals + 1), { prettyErrors: false }) as unknown };
  } catch (error) {
    throw refuse(`the value is not valid YAML: ${reasonOf(error)}`, error);
  }
}

/** Index of a list that `part` means; one past the end appends. */
function listIndex(list: readonly unknown[], part: string): number | null {
  return /^\d+$/.test(part) && Number(part) <= list.length ? Number(part) : null;
}

/**
 * A copy of `raw` with overrides such as `training.steps=10` or `rewards.0.weight=2` put in, in order. Values are read
 * as YAML; whether the paths mean anything is for the schema to say.
 * @throws RarlError `CONFIG_OVERRIDE`
 */
export function applyOverrides(
  raw: Readonly<Record<string, unknown>>,
  overrides: readonly string[],
): Record<string, unknown> {
  const result = structuredClone(raw) as Record<string, unknown>;
  for (const override of overrides) {
    const { path, value } = parseOverride(override);
    let branch: Branch = result;
    for (const [depth, part] of path.entries()) {
      const here = path.slice(0, depth).join(".");
      const key: string | number | null = Array.isArray(branch) ? listIndex(branch, part) : part;
      if (key === null) {
        const length = (branch as unknown[]).length;
        throw rarlError("CONFIG_OVERRIDE", {
          override,
          reason: `"${part}" is no position in ${here}, a list of ${length}`,
        });
      }
      const fields = branch as Record<string | number, unknown>;
      if (depth === path.length - 1) {
        fields[key] = value;
        break;
      }
      const below: unknown = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (below !== undefined && below !== null && !isBranch(below)) {
        throw rarlError("CONFIG_OVERRIDE", {
          override,
          reason: `${path.slice(0, depth + 1).join(".")} holds a single value`,
        });
      }
      const next: Branch = isBranch(below) ? below : {};
      fields[key] = next;
      branch = next;
    }
  }
  return result;
}

/** `locate` of a file that overrides were put over: what one of them gave stands nowhere in the file. */
export function locateUnder(locate: Locate, overrides: readonly string[]): Locate {
  const given = overrides.map((override) => parseOverride(override).path);
  return (place) =>
    given.some((path) => path.every((part, depth) => part === String(place[depth]))) ? null : locate(place);
}
