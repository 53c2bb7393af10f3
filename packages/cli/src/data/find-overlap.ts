import { normalizeAnswer, type Dataset, type Sample } from "@rarl-sdk/core";
import { hashDistance } from "@rarl-sdk/images";
import { ImageHasher, type ImageHashes, type ImageProblem } from "./image-hasher.js";
import { NearHashes } from "./near-hashes.js";

/** A sample of the second set and the one of the first that it repeats, by id. */
export interface OverlapPair {
  readonly a: string;
  readonly b: string;
  /** Unequal bits of 256 of their perceptual hashes; 0 for equal pixels. */
  readonly distance: number;
}

export interface Overlap {
  readonly samples: { readonly a: number; readonly b: number };
  readonly distinctImages: { readonly a: number; readonly b: number };
  /** Images of B whose pixels are those of an image of A, and samples of B that show one. */
  readonly exact: {
    readonly images: number;
    readonly samples: number;
    readonly examples: readonly OverlapPair[];
  };
  /** The same for images that look alike and are not equal. */
  readonly near: {
    readonly images: number;
    readonly samples: number;
    readonly examples: readonly OverlapPair[];
  };
  /** Samples of B whose question, whatever its image, is asked in A. */
  readonly questions: number;
  /** Samples of B with an image, exact or near, and a question of one sample of A: leakage. */
  readonly leaked: {
    readonly samples: number;
    readonly sameAnswer: number;
    readonly examples: readonly OverlapPair[];
  };
  readonly imageProblems: readonly ImageProblem[];
}

/** What is kept of a picture of the first set: the samples that show it. */
interface Picture {
  readonly hashes: ImageHashes;
  readonly samples: { readonly id: string; readonly question: string; readonly answer: string }[];
}

const shownExamples = 20;

/**
 * Compares two data sets, usually of training and test, by pixels, by looks and by questions.
 * @param limit unequal bits, of 256, up to which two images look alike
 */
export async function findOverlap(a: Dataset, b: Dataset, limit: number): Promise<Overlap> {
  const hasher = new ImageHasher();
  const pictures = new Map<string, Picture>();
  const near = new NearHashes<Picture>(limit);
  const questionsOfA = new Set<string>();
  for await (const sample of a) {
    questionsOfA.add(normalizeAnswer(sample.question));
    for (const hashes of await hashesOf(sample, hasher)) {
      let picture = pictures.get(hashes.pixels);
      if (picture === undefined) {
        picture = { hashes, samples: [] };
        pictures.set(hashes.pixels, picture);
        near.add(hashes.perceptual, picture);
      }
      picture.samples.push(facts(sample));
    }
  }

  const found = { exact: new Matches(), near: new Matches(), leaked: new Matches() };
  const imagesOfB = new Set<string>();
  let questions = 0;
  let sameAnswer = 0;
  for await (const sample of b) {
    const { id, question, answer } = facts(sample);
    if (questionsOfA.has(question)) questions++;
    const alike: { readonly picture: Picture; readonly distance: number }[] = [];
    for (const hashes of await hashesOf(sample, hasher)) {
      imagesOfB.add(hashes.pixels);
      const equal = pictures.get(hashes.pixels);
      if (equal !== undefined) {
        found.exact.add(id, hashes.pixels, equal.samples[0]!.id, 0);
        alike.push({ picture: equal, distance: 0 });
        continue;
      }
      for (const picture of near.find(hashes.perceptual)) {
        const distance = hashDistance(hashes.perceptual, picture.hashes.perceptual);
        found.near.add(id, hashes.pixels, picture.samples[0]!.id, distance);
        alike.push({ picture, distance });
      }
    }
    const repeats = alike.flatMap(({ picture, distance }) =>
      picture.samples.filter((other) => other.question === question).map((other) => ({ other, distance })),
    );
    if (repeats.some(({ other }) => other.answer === answer)) sameAnswer++;
    const [first] = repeats;
    if (first !== undefined) found.leaked.add(id, id, first.other.id, first.distance);
  }
  return {
    samples: { a: a.length, b: b.length },
    distinctImages: { a: pictures.size, b: imagesOfB.size },
    exact: found.exact.report(),
    near: found.near.report(),
    questions,
    leaked: { samples: found.leaked.samples.size, sameAnswer, examples: found.leaked.examples },
    imageProblems: hasher.problems,
  };
}

async function hashesOf(sample: Sample, hasher: ImageHasher): Promise<ImageHashes[]> {
  const found: ImageHashes[] = [];
  for (const image of sample.images) {
    const hashes = await hasher.hash(image, sample);
    if (hashes !== null) found.push(hashes);
  }
  return found;
}

function facts({ id, question, answer }: Sample) {
  return { id, question: normalizeAnswer(question), answer: normalizeAnswer(answer) };
}

class Matches {
  readonly samples = new Set<string>();
  readonly examples: OverlapPair[] = [];
  readonly #images = new Set<string>();

  add(b: string, image: string, a: string, distance: number): void {
    this.#images.add(image);
    if (!this.samples.has(b) && this.examples.length < shownExamples) this.examples.push({ a, b, distance });
    this.samples.add(b);
  }

  report() {
    return { images: this.#images.size, samples: this.samples.size, examples: this.examples };
  }
}
