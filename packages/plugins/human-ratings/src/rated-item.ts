import type { ImageShelf } from "./image-shelf.js";
import type { RatedItem } from "./page/protocol.js";
import type { SessionItem } from "./rating-session.js";

/** What a rater may see of an item: no system, no sample id, no file name. */
export async function ratedItem({ id, prediction }: SessionItem, shelf: ImageShelf): Promise<RatedItem> {
  const { sample, think, answer, completion } = prediction;
  return {
    id,
    images: await Promise.all(sample.images.map((image) => shelf.describe(image))),
    question: sample.question,
    choices: sample.choices ?? [],
    reference: { answer: sample.answer, reasoning: sample.reasoning ?? null },
    prediction: { think, answer, completion },
  };
}
