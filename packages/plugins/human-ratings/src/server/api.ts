import { z } from "zod";
import { decisionProblem, decisionSchema } from "../decision.js";
import type { ImageShelf } from "../image-shelf.js";
import type { RatedItem, RaterState, Rating, SessionInfo } from "../page/protocol.js";
import type { PreparedImage } from "../prepare-image.js";
import { ratedItem } from "../rated-item.js";
import { raterName } from "../rater-name.js";
import type { RatingLog } from "../rating-log.js";
import type { RatingSession, SessionItem } from "../rating-session.js";
import { Refused } from "./refused.js";

const raterSchema = z.object({ rater: z.string() });
const saveSchema = decisionSchema.extend(raterSchema.shape);
const withdrawSchema = raterSchema.extend({ item: z.string() });

/** What the page asks the server for. Every name and number in a request is checked here. */
export class RatingApi {
  constructor(
    private readonly session: RatingSession,
    private readonly log: RatingLog,
    private readonly shelf: ImageShelf,
    /** The one rater that is let in, or null for any. */
    private readonly onlyRater: string | null,
  ) {}

  info(): SessionInfo {
    const raters = [...this.log.all].map(([rater, ratings]) => ({ rater, rated: ratings.size }));
    return {
      session: this.session.id,
      items: this.session.items.size,
      raters: this.onlyRater === null ? raters : [],
      rater: this.onlyRater,
    };
  }

  open(body: unknown): RaterState {
    const { rater, ratings } = this.log.of(this.rater(parse(raterSchema, body).rater));
    return { rater, order: this.session.orderFor(rater), ratings: [...ratings.values()] };
  }

  item(id: string): Promise<RatedItem> {
    return ratedItem(this.known(id), this.shelf);
  }

  async image(name: string): Promise<PreparedImage> {
    if (!this.shelf.has(name)) throw new Refused(404, "There is no such image.");
    return this.shelf.get(name).catch(() => {
      // The reason names the file, which the rater must not see.
      throw new Refused(422, "the file is missing or damaged");
    });
  }

  async save(body: unknown): Promise<Rating> {
    const { rater, ...decision } = parse(saveSchema, body);
    const problem = decisionProblem(decision, this.known(decision.item));
    if (problem !== null) throw new Refused(400, problem);
    return this.log.put(this.rater(rater), decision);
  }

  async withdraw(body: unknown): Promise<object> {
    const { rater, item } = parse(withdrawSchema, body);
    await this.log.withdraw(this.rater(rater), this.known(item).id);
    return {};
  }

  private known(id: string): SessionItem {
    const item = this.session.items.get(id);
    if (item === undefined) throw new Refused(404, "There is no such item.");
    return item;
  }

  private rater(text: string): string {
    const rater = raterName(text);
    if (this.onlyRater !== null && rater.toLowerCase() !== this.onlyRater.toLowerCase())
      throw new Refused(403, "This page is for another rater.");
    return rater;
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refused(400, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
}
