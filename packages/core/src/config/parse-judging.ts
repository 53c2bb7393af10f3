import { z } from "zod";
import type { Kernel } from "../kernel/kernel.js";
import { configSchema, judgingShape } from "./config-schema.js";
import { explainIssues } from "./explain-issues.js";
import type { Locate } from "./load-config.js";
import { choose, configError } from "./parse-config.js";
import type { RunConfig } from "./run-config.js";

/** The parts of a configuration that judging apart from a run asks for. */
export type JudgingConfig = Pick<RunConfig, "output" | "textSimilarity" | "judges">;

type Section = Readonly<Record<string, unknown>> & { readonly name: string; readonly label?: string };

interface ParsedJudging {
  readonly output: string;
  readonly textSimilarity: Section;
  readonly judges: readonly Section[];
}

/** Whether a configuration names judges and nothing that a run needs. */
export function isJudgingAlone(raw: Readonly<Record<string, unknown>>): boolean {
  return "judges" in raw && !["model", "algorithm", "data", "prompts"].some((section) => section in raw);
}

/**
 * Checks the judges of a configuration, which may be a run's or hold `judges:` and little else. Other sections of a
 * run's configuration are let through unread; keys that are none of its are not.
 * @throws RarlError `CONFIG_KEY_UNKNOWN`, `COMPONENT_UNKNOWN`, `CONFIG_INVALID`
 */
export function parseJudging(
  kernel: Kernel,
  raw: Readonly<Record<string, unknown>>,
  file: string,
  locate?: Locate,
): JudgingConfig {
  const { shape } = configSchema(kernel);
  const unread = Object.fromEntries(Object.keys(shape).map((key) => [key, z.unknown().optional()]));
  const schema = z.strictObject({ ...unread, output: shape.output, ...judgingShape(kernel) });
  const result = explainIssues(schema, raw);
  if (!result.success) throw configError(result.issues, file, locate);
  const parsed = result.data as unknown as ParsedJudging;
  const given = raw as { readonly textSimilarity?: unknown; readonly judges?: readonly unknown[] };
  return {
    output: parsed.output,
    textSimilarity: choose(kernel, "similarities", parsed.textSimilarity, given.textSimilarity),
    judges: parsed.judges.map((section, index) => ({
      ...choose(kernel, "judges", section, given.judges?.[index]),
      label: section.label ?? section.name,
    })),
  };
}
