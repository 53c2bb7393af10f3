import { normalizeAnswer, type QuestionKind } from "@rarl-sdk/core";
import { z } from "zod";

/** Values in releases carry stray spaces and both cases. */
export const word = z.string().transform((value) => value.trim());
export const text = word.refine((value) => value !== "", "must not be blank");
export const answer = z.union([z.string(), z.number()]);
export const recordId = z.union([text, z.int()]);

/** A path below the release's image folder. */
export const imagePath = text.refine(
  (path) => !/^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/i.test(path),
  "must be a path in the image folder",
);

/** Facts that are there. */
export function facts(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Closed when the answer is yes or no; releases without a label have no other sign. */
export function kindByAnswer(answer: string): QuestionKind {
  return ["yes", "no"].includes(normalizeAnswer(answer)) ? "closed" : "open";
}
