import { join } from "node:path";
import { JsonlWriter, rarlError, readRatings, type RatingRecord } from "@rarl-sdk/core";
import type { Decision, Rating } from "./page/protocol.js";
import { knownSpelling, raterName } from "./rater-name.js";
import type { RatingSession, SessionItem } from "./rating-session.js";

type Ratings = Map<string, Rating>;

/**
 * The ratings of a session on disk: one append-only `ratings-<rater>.jsonl` a rater in each evaluation folder. A rating
 * is durable before it is acknowledged; taking one back appends a line as well.
 */
export class RatingLog {
  private readonly writers = new Map<string, JsonlWriter>();
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly session: RatingSession,
    private readonly raters: Map<string, Ratings>,
    private readonly now: () => Date,
  ) {}

  /** @throws RarlError `JSONL_INVALID` */
  static async open(session: RatingSession, now = () => new Date()): Promise<RatingLog> {
    const raters = new Map<string, [string, Rating][]>();
    for (const folder of session.folders) {
      for (const [rater, records] of await readRatings(folder)) {
        const name = knownSpelling(rater, raters.keys());
        const standing = standingRatings(session, folder, records);
        raters.set(name, [...(raters.get(name) ?? []), ...standing]);
      }
    }
    const sorted = [...raters].map(([rater, ratings]): [string, Ratings] => [
      rater,
      new Map(ratings.sort(([, a], [, b]) => (a.ratedAt < b.ratedAt ? -1 : 1))),
    ]);
    return new RatingLog(session, new Map(sorted), now);
  }

  /** Ratings that stand, by rater and item, in the order in which they were given. */
  get all(): ReadonlyMap<string, ReadonlyMap<string, Rating>> {
    return this.raters;
  }

  /**
   * The ratings of a rater, under the spelling known already.
   * @throws RarlError `RATER_NAME_INVALID`
   */
  of(rater: string): { readonly rater: string; readonly ratings: ReadonlyMap<string, Rating> } {
    const name = knownSpelling(raterName(rater), this.raters.keys());
    return { rater: name, ratings: this.raters.get(name) ?? new Map<string, Rating>() };
  }

  /**
   * Appends a rating; `ratedAt` is now unless it was given elsewhere.
   * @throws RarlError `DISK_FULL`, `OUTPUT_NOT_WRITABLE`; the rating then does not stand.
   */
  put(rater: string, decision: Decision, ratedAt?: string): Promise<Rating> {
    return this.inTurn(async () => {
      const { rater: name, ratings } = this.of(rater);
      const rating = { ...decision, ratedAt: ratedAt ?? this.timeAfter(ratings) };
      await this.append(name, recordOf(this.item(decision.item), name, rating));
      const changed: Ratings = new Map(ratings);
      changed.delete(rating.item);
      this.raters.set(name, changed.set(rating.item, rating));
      return rating;
    });
  }

  /** Takes a rating back; without one there is nothing to do. */
  withdraw(rater: string, itemId: string): Promise<void> {
    return this.inTurn(async () => {
      const { rater: name, ratings } = this.of(rater);
      const rating = ratings.get(itemId);
      if (rating === undefined) return;
      const record = recordOf(this.item(itemId), name, { ...rating, ratedAt: this.timeAfter(ratings) });
      await this.append(name, { ...record, state: "withdrawn", reasoningScore: null, predictionScore: null });
      const changed: Ratings = new Map(ratings);
      changed.delete(itemId);
      this.raters.set(name, changed);
    });
  }

  async close(): Promise<void> {
    await this.tail;
    for (const writer of this.writers.values()) await writer.close();
    this.writers.clear();
  }

  private item(id: string): SessionItem {
    const item = this.session.items.get(id);
    if (item === undefined) throw rarlError("INTERNAL", { message: `there is no item ${id}` });
    return item;
  }

  /** Now, but later than every rating before: the order of ratings is that of their times. */
  private timeAfter(ratings: ReadonlyMap<string, Rating>): string {
    const latest = [...ratings.values()].at(-1)?.ratedAt;
    const now = this.now().getTime();
    return new Date(latest === undefined ? now : Math.max(now, Date.parse(latest) + 1)).toISOString();
  }

  private async append(rater: string, record: RatingRecord & { readonly folder: string }): Promise<void> {
    const { folder, ...line } = record;
    const file = join(folder, `ratings-${rater}.jsonl`);
    const writer = this.writers.get(file) ?? (await JsonlWriter.open(file));
    this.writers.set(file, writer);
    try {
      await writer.append(line);
      await writer.sync();
    } catch (error) {
      // Part of the line may stand there; opening the file again cuts it off.
      this.writers.delete(file);
      await writer.close().catch(() => undefined);
      throw error;
    }
  }

  /** One write after another, whatever becomes of the one before. */
  private inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const done = this.tail.then(action);
    this.tail = done.catch(() => undefined);
    return done;
  }
}

function recordOf(
  { folder, prediction, completionSha256 }: SessionItem,
  rater: string,
  { state, reasoningScore, predictionScore, note, seconds, ratedAt }: Rating,
): RatingRecord & { readonly folder: string; readonly state: RatingRecord["state"] } {
  const sampleId = prediction.sample.id;
  const scores = { reasoningScore, predictionScore };
  return { folder, sampleId, completionSha256, rater, state, ...scores, note, ratedAt, seconds };
}

/** What still stands of the records in a folder: those about a completion of the session. */
function standingRatings(
  session: RatingSession,
  folder: string,
  records: ReadonlyMap<string, RatingRecord>,
): [string, Rating][] {
  const items = [...session.items.values()].filter((item) => item.folder === folder);
  return items.flatMap(({ id, prediction, completionSha256 }): [string, Rating][] => {
    const record = records.get(prediction.sample.id);
    if (record?.completionSha256 !== completionSha256 || record.state === "withdrawn") return [];
    const { state, reasoningScore, predictionScore, note, ratedAt } = record;
    const seconds = typeof record["seconds"] === "number" ? record["seconds"] : 0;
    return [[id, { item: id, state, reasoningScore, predictionScore, note, seconds, ratedAt }]];
  });
}
