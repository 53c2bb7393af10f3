import { normalizeAnswer, type DataProblem, type Dataset, type Sample } from "@rarl-sdk/core";
import { summarizeLengths, type LengthSummary } from "./count-lengths.js";
import { imageKey, ImageHasher, type ImageProblem } from "./image-hasher.js";

export interface InspectionRequest {
  /** Number of units of a text, and what they are called. */
  readonly lengths: { readonly unit: "words" | "tokens"; readonly of: (text: string) => number };
  /** Also decode every image, to find broken ones and copies. */
  readonly decodesImages: boolean;
}

/** Samples that repeat others. */
export interface Duplicates {
  /** Same images and question. */
  readonly questions: number;
  /** The first of them, by id. */
  readonly examples: readonly (readonly string[])[];
  /** Pictures that stand in several files; null when images were not decoded. */
  readonly imageCopies: number | null;
}

export interface Inspection {
  readonly name: string;
  readonly fingerprint: string;
  readonly records: { readonly kept: number; readonly setAside: number; readonly leftOut: number };
  readonly kinds: Readonly<Record<string, number>>;
  /** Of the facts that are used for filters and report rows, values by how often. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Most frequent answers of each kind of question. */
  readonly answers: Readonly<Record<string, readonly (readonly [answer: string, count: number])[]>>;
  readonly distinctAnswers: number;
  readonly withReasoning: number;
  readonly images: { readonly shown: number; readonly distinct: number; readonly withoutImage: number };
  readonly lengths: {
    readonly unit: "words" | "tokens";
    readonly question: LengthSummary | null;
    readonly answer: LengthSummary | null;
    readonly reasoning: LengthSummary | null;
  };
  readonly duplicates: Duplicates;
  readonly problems: readonly DataProblem[];
  readonly imageProblems: readonly ImageProblem[] | null;
}

const shownAnswers = 10;
const shownDuplicates = 5;
const factKeys = ["modality", "organ", "language", "questionType"] as const;

/** Reads a data set once and tells what is in it. */
export async function inspectDataset(dataset: Dataset, request: InspectionRequest): Promise<Inspection> {
  const kinds = new Tally();
  const facts = new Map<string, Tally>(factKeys.map((key) => [key, new Tally()]));
  const answers = new Map<string, Tally>();
  const distinctAnswers = new Set<string>();
  const lengths: Record<"question" | "answer" | "reasoning", number[]> = {
    question: [],
    answer: [],
    reasoning: [],
  };
  const hasher = request.decodesImages ? new ImageHasher() : null;
  const images = new Set<string>();
  const questions = new Map<string, string[]>();
  let [shown, withoutImage] = [0, 0];
  for await (const sample of dataset) {
    const { kind, meta, answer } = sample;
    kinds.add(kind);
    for (const key of factKeys) if (meta[key] !== undefined) facts.get(key)!.add(String(meta[key]));
    const normalized = normalizeAnswer(answer);
    distinctAnswers.add(normalized);
    let tally = answers.get(kind);
    if (tally === undefined) answers.set(kind, (tally = new Tally()));
    tally.add(normalized === "" ? answer : normalized);
    for (const [field, found] of Object.entries(lengths)) {
      const text = sample[field as keyof typeof lengths];
      if (text !== undefined) found.push(request.lengths.of(text));
    }
    shown += sample.images.length;
    if (sample.images.length === 0) withoutImage++;
    const keys = await imageKeys(sample, hasher);
    for (const key of keys) images.add(key);
    const key = JSON.stringify([keys, normalizeAnswer(sample.question)]);
    questions.set(key, [...(questions.get(key) ?? []), sample.id]);
  }
  const repeated = [...questions.values()].filter(({ length }) => length > 1);
  return {
    name: dataset.name,
    fingerprint: dataset.fingerprint,
    records: { kept: dataset.length, setAside: dataset.problems.length, leftOut: dataset.leftOut ?? 0 },
    kinds: kinds.counts(),
    facts: Object.fromEntries(
      [...facts].filter(([, tally]) => tally.size > 0).map(([key, tally]) => [key, tally.counts()]),
    ),
    answers: Object.fromEntries([...answers].map(([kind, tally]) => [kind, tally.top(shownAnswers)])),
    distinctAnswers: distinctAnswers.size,
    withReasoning: lengths.reasoning.length,
    images: { shown, distinct: images.size, withoutImage },
    lengths: {
      unit: request.lengths.unit,
      question: summarizeLengths(lengths.question),
      answer: summarizeLengths(lengths.answer),
      reasoning: summarizeLengths(lengths.reasoning),
    },
    duplicates: {
      questions: repeated.reduce((sum, { length }) => sum + length - 1, 0),
      examples: repeated.slice(0, shownDuplicates),
      imageCopies: hasher === null ? null : hasher.copies,
    },
    problems: dataset.problems,
    imageProblems: hasher === null ? null : hasher.problems,
  };
}

/** By which images are compared: their pixels where they were decoded, else the place they stand in. */
async function imageKeys(sample: Sample, hasher: ImageHasher | null): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const image of sample.images) {
    const hashes = await hasher?.hash(image, sample);
    keys.push(hashes?.pixels ?? imageKey(image));
  }
  return keys;
}

/** Counts how often values come. */
class Tally {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** Most frequent first, equals by name. */
  top(limit = Infinity): [string, number][] {
    const sorted = [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return sorted.slice(0, limit);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.top());
  }
}
