import { RatingHistory } from "./rating-history.js";
import type {
  Decision,
  ExportedSession,
  RatedImage,
  RatedItem,
  Rating,
  RaterState,
  RatingsFile,
  SessionInfo,
} from "./protocol.js";
import type { HandIn, RatingStore } from "./rating-store.js";
import { keptStorage } from "./storage.js";

interface Kept {
  readonly rater: string;
  readonly ratings: readonly Rating[];
  readonly unsaved: number;
}

/** Keeps ratings in the browser's storage until the rater saves them as a file. */
export class FileStore implements RatingStore {
  private readonly storage = keptStorage();
  private readonly items: ReadonlyMap<string, RatedItem>;

  constructor(private readonly exported: ExportedSession) {
    this.items = new Map(exported.items.map((item) => [item.id, item]));
  }

  info(): Promise<SessionInfo> {
    const { session, order, rater } = this.exported;
    const raters = this.keptRaters().map((kept) => ({ rater: kept.rater, rated: kept.ratings.length }));
    return Promise.resolve({ session, items: order.length, raters, rater });
  }

  open(rater: string): Promise<RaterState> {
    const known = this.keptRaters().find((kept) => kept.rater.toLowerCase() === rater.toLowerCase());
    const { order } = this.exported;
    return Promise.resolve({ rater: known?.rater ?? rater, order, ratings: known?.ratings ?? [] });
  }

  item(id: string): Promise<RatedItem> {
    const item = this.items.get(id);
    return item === undefined ? Promise.reject(new Error(`There is no item ${id}.`)) : Promise.resolve(item);
  }

  image({ name }: RatedImage): Promise<Blob> {
    const encoded = document.getElementById(`image-${name}`)?.textContent;
    const type = this.exported.images[name];
    if (encoded == null || type === undefined) return Promise.reject(new Error("the file lacks this image"));
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return Promise.resolve(new Blob([bytes], { type }));
  }

  save(rater: string, decision: Decision): Promise<Rating> {
    const { ratings, unsaved } = this.kept(rater);
    const history = new RatingHistory(ratings);
    const rating = { ...decision, ratedAt: new Date().toISOString() };
    history.put(rating);
    this.keep({ rater, ratings: history.all, unsaved: unsaved + 1 });
    return Promise.resolve(rating);
  }

  withdraw(rater: string, item: string): Promise<void> {
    const { ratings, unsaved } = this.kept(rater);
    const history = new RatingHistory(ratings);
    history.withdraw(item);
    this.keep({ rater, ratings: history.all, unsaved: unsaved + 1 });
    return Promise.resolve();
  }

  readonly handIn: HandIn = {
    isKept: this.storage.isKept,
    unsaved: (rater) => this.kept(rater).unsaved,
    download: (rater) => {
      const { session, seed, limit } = this.exported;
      const { ratings } = this.kept(rater);
      const file: RatingsFile = { format: "rarl-ratings", version: 1, session, seed, limit, rater, ratings };
      offer(`ratings-${rater}.json`, `${JSON.stringify(file, null, 2)}\n`);
      this.keep({ rater, ratings, unsaved: 0 });
    },
    load: (text) => {
      const { session, rater, ratings } = parseRatings(text);
      if (session !== this.exported.session) throw new Error("That file holds ratings of other predictions.");
      const history = new RatingHistory(this.kept(rater).ratings);
      for (const rating of ratings) {
        const own = history.get(rating.item);
        if (this.items.has(rating.item) && (own === undefined || own.ratedAt < rating.ratedAt))
          history.put(rating);
      }
      this.keep({ rater, ratings: history.all, unsaved: this.kept(rater).unsaved });
      return rater;
    },
  };

  private keyOf(rater: string): string {
    return `${this.prefix}${rater.toLowerCase()}`;
  }

  private get prefix(): string {
    return `rarl-ratings:${this.exported.session}:`;
  }

  private kept(rater: string): Kept {
    const text = this.storage.get(this.keyOf(rater));
    return text === null ? { rater, ratings: [], unsaved: 0 } : (JSON.parse(text) as Kept);
  }

  private keep(kept: Kept): void {
    this.storage.set(this.keyOf(kept.rater), JSON.stringify(kept));
  }

  private keptRaters(): readonly Kept[] {
    const keys = this.storage.keys().filter((key) => key.startsWith(this.prefix));
    return keys.map((key) => JSON.parse(this.storage.get(key)!) as Kept);
  }
}

/** @throws Error when it is no file of ratings */
function parseRatings(text: string): RatingsFile {
  let file: Partial<RatingsFile> | null = null;
  try {
    file = JSON.parse(text) as Partial<RatingsFile> | null;
  } catch {
    // Said below.
  }
  if (file?.format !== "rarl-ratings" || !Array.isArray(file.ratings) || typeof file.rater !== "string")
    throw new Error("That is not a file of ratings.");
  return file as RatingsFile;
}

/** Has the browser save `text` as a file. */
function offer(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the data once it has begun.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}
