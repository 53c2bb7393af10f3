import { createHash } from "node:crypto";
import { rarlError, type JudgeItem } from "@rarl-sdk/core";
import { fence, fenceRule } from "./fence.js";

const placeholders = new Set(["question", "answer", "reasoning", "prediction"]);

/** A judge's prompt: instructions, then what is graded. */
export interface Template {
  /** Names its text. */
  readonly fingerprint: string;
  render(item: JudgeItem): { readonly system: string; readonly user: string };
}

/** Longest completion that is shown; the rest is cut, and the judge told so. */
const maximumCharacters = 20_000;

const line = /^---[ \t]*$/m;

/**
 * A template of text with `{question}`, `{answer}`, `{reasoning}` and `{prediction}`. What stands between
 * `{#reasoning}` and `{/reasoning}` is for samples with an annotated reasoning alone. A line of three hyphens parts
 * the instructions, which go into the system message, from the rest.
 * @param where for messages, such as a file
 * @throws RarlError `JUDGE_TEMPLATE`
 */
export function parseTemplate(text: string, where: string): Template {
  const problems = problemsOf(text);
  if (problems.length > 0) throw rarlError("JUDGE_TEMPLATE", { where, problems });
  const [instructions, graded] = partsOf(text);
  return {
    fingerprint: createHash("sha256").update(text).digest("hex").slice(0, 16),
    render: ({ sample, prediction }) => {
      const { question, answer, reasoning = "", choices } = sample;
      const options = choices === undefined ? "" : `\nOptions: ${choices.join(" | ")}`;
      const { mark, fenced } = fence({
        question: `${question}${options}`,
        answer,
        reasoning,
        prediction: shown(prediction),
      });
      const fill = (part: string) => fillIn(withSections(part, reasoning !== ""), fenced).trim();
      return { system: `${fill(instructions)}\n\n${fenceRule(mark)}`.trim(), user: fill(graded) };
    },
  };
}

function partsOf(text: string): readonly [string, string] {
  const [first = "", second] = text.split(line);
  return second === undefined ? ["", first] : [first, second];
}

function problemsOf(text: string): string[] {
  const problems: string[] = [];
  for (const [, name = ""] of text.matchAll(/\{([a-zA-Z_]+)\}/g)) {
    if (!placeholders.has(name)) problems.push(`{${name}} is no placeholder`);
  }
  for (const name of ["answer", "prediction"]) {
    if (!text.includes(`{${name}}`)) problems.push(`{${name}} is missing`);
  }
  if (text.split(line).length > 2) problems.push("more than one line --- parts it");
  const marks = [...text.matchAll(/\{([#/])reasoning\}/g)].map(([, kind]) => kind).join("");
  if (!/^(#\/)*$/.test(marks)) problems.push("{#reasoning} and {/reasoning} do not pair up");
  else if (withSections(text, false).includes("{reasoning}"))
    problems.push("{reasoning} stands outside {#reasoning} … {/reasoning}");
  return problems;
}

function withSections(text: string, hasReasoning: boolean): string {
  return text.replaceAll(/\{#reasoning\}([^]*?)\{\/reasoning\}/g, (_, inner: string) =>
    hasReasoning ? inner : "",
  );
}

/** In one pass, so that a placeholder within a sample's text stays text. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\{(question|answer|reasoning|prediction)\}/g,
    (_, name: string) => values[name] ?? "",
  );
}

function shown(prediction: string): string {
  const rest = prediction.length - maximumCharacters;
  if (rest <= 0) return prediction;
  return `${prediction.slice(0, maximumCharacters)}\n[the rest, ${rest} characters, is cut]`;
}
