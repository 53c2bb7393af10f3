import type { Overlap, OverlapPair } from "../data/find-overlap.js";
import { formatTable } from "./table.js";

/** An overlap for people. */
export function renderOverlap({
  samples,
  distinctImages,
  exact,
  near,
  questions,
  leaked,
  imageProblems,
}: Overlap): string {
  const table = formatTable([
    ["B has in common with A", "images", "samples"],
    ["same pixels", grouped(exact.images), grouped(exact.samples)],
    ["looks alike", grouped(near.images), grouped(near.samples)],
    ["same question, any image", "", grouped(questions)],
    ["same or like image and same question", "", grouped(leaked.samples)],
    ["  and the same answer", "", grouped(leaked.sameAnswer)],
  ]);
  return [
    `A: ${grouped(samples.a)} samples, ${grouped(distinctImages.a)} images\nB: ${grouped(samples.b)} samples, ${grouped(distinctImages.b)} images`,
    table,
    ...examples("same pixels", exact.examples),
    ...examples("looks alike", near.examples),
    ...(imageProblems.length > 0
      ? [
          `${grouped(imageProblems.length)} images could not be compared; the first: ${imageProblems[0]!.message}`,
        ]
      : []),
  ].join("\n\n");
}

function examples(label: string, pairs: readonly OverlapPair[]): string[] {
  if (pairs.length === 0) return [];
  const shown = pairs
    .slice(0, 5)
    .map(({ a, b, distance }) => `${b} like ${a}${distance > 0 ? ` (${distance} bits)` : ""}`);
  return [`${label}, B like A: ${shown.join(", ")}${pairs.length > 5 ? ", …" : ""}`];
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
