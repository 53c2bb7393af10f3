import { prepareImage, type PreparedImage } from "./prepare-image.js";
import type { RatedImage } from "./page/protocol.js";
import type { RatingSession } from "./rating-session.js";

/** The images of a session by numbers that say nothing of files. */
export class ImageShelf {
  private readonly files = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly deep = new Map<string, RatedImage["deep"]>();

  constructor(session: RatingSession) {
    for (const { prediction } of session.items.values()) {
      for (const { path, sha256 } of prediction.sample.images) {
        const key = sha256 ?? path;
        if (this.names.has(key)) continue;
        const name = String(this.names.size + 1);
        this.names.set(key, name);
        this.files.set(name, path);
      }
    }
  }

  get all(): readonly string[] {
    return [...this.files.keys()];
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  /** @throws what `prepareImage` throws */
  async get(name: string): Promise<PreparedImage> {
    const prepared = await prepareImage(this.files.get(name)!);
    this.deep.set(name, prepared.deep);
    return prepared;
  }

  /** One that cannot be read counts as of 8 bits; reading it says why it cannot. */
  async describe({
    path,
    sha256,
  }: {
    readonly path: string;
    readonly sha256: string | null;
  }): Promise<RatedImage> {
    const name = this.names.get(sha256 ?? path)!;
    if (!this.deep.has(name)) await this.get(name).catch(() => this.deep.set(name, null));
    return { name, deep: this.deep.get(name) ?? null };
  }
}
