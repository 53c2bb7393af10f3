import type { Sample } from "@rarl-sdk/core";

const placeholder = "{question}";

/** How often `{question}` stands in a style's text. */
export function countPlaceholders(text: string): number {
  return text.split(placeholder).length - 1;
}

/** Puts the question into a style's text, literally: `$&` and `{question}` in a question stay what they are. */
export function insertQuestion(text: string, question: string): string {
  const start = text.indexOf(placeholder);
  return text.slice(0, start) + question + text.slice(start + placeholder.length);
}

/** The question; the options of a choice question follow on lines `(A) …` when `appendChoices` is set. */
export function questionText(sample: Sample, appendChoices: boolean): string {
  if (!appendChoices || sample.kind !== "choice" || sample.choices === undefined) return sample.question;
  const lines = sample.choices.map((choice, index) => `(${optionLetter(index)}) ${choice}`);
  return [sample.question, ...lines].join("\n");
}

function optionLetter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
