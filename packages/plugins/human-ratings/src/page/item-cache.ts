import { decodePixels, type Pixels } from "./pixels.js";
import type { RatedImage, RatedItem } from "./protocol.js";
import type { RatingStore } from "./rating-store.js";

/** Decoded images that are kept: the shown one, the next, and those just left. */
const keptImages = 4;

/** Items and decoded images, fetched once and ahead. */
export class ItemCache {
  private readonly items = new Map<string, Promise<RatedItem>>();
  private readonly images = new Map<string, Promise<Pixels>>();

  constructor(private readonly store: RatingStore) {}

  get(id: string): Promise<RatedItem> {
    return remember(this.items, id, () => this.store.item(id));
  }

  async pixels(image: RatedImage): Promise<Pixels> {
    const found = remember(this.images, image.name, async () =>
      decodePixels(await this.store.image(image), image),
    );
    // The most recently used stand last.
    this.images.delete(image.name);
    this.images.set(image.name, found);
    for (const name of [...this.images.keys()].slice(0, -keptImages)) this.images.delete(name);
    return found;
  }

  /** Fetches an item and its first image before they are asked for; a failure shows when they are. */
  prefetch(id: string): void {
    this.get(id)
      .then(async ({ images: [first] }) => {
        if (first !== undefined) await this.pixels(first);
      })
      .catch(() => undefined);
  }
}

/** The value of a key, made once; one that failed is made again. */
function remember<Value>(
  cache: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => {
    if (cache.get(key) === made) cache.delete(key);
  });
  return made;
}
