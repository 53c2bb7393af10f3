import type { Rating } from "./protocol.js";

/** A rater's ratings, one an item at most, in the order in which they were given. */
export class RatingHistory {
  private readonly ratings = new Map<string, Rating>();

  constructor(ratings: readonly Rating[]) {
    for (const rating of ratings) this.put(rating);
  }

  /** A later rating of an item replaces the earlier one. */
  put(rating: Rating): void {
    this.ratings.delete(rating.item);
    this.ratings.set(rating.item, rating);
  }

  withdraw(item: string): void {
    this.ratings.delete(item);
  }

  get(item: string): Rating | undefined {
    return this.ratings.get(item);
  }

  get all(): readonly Rating[] {
    return [...this.ratings.values()];
  }

  get size(): number {
    return this.ratings.size;
  }

  /** The one to undo. */
  get latest(): Rating | undefined {
    return this.all.at(-1);
  }

  /** The next item after `current` that has no rating, from the beginning again past the end; null when all have one. */
  nextUnrated(order: readonly string[], current: string | null): string | null {
    const start = current === null ? 0 : order.indexOf(current) + 1;
    const turned = [...order.slice(start), ...order.slice(0, start)];
    return turned.find((item) => !this.ratings.has(item)) ?? null;
  }
}
