import type { Draft } from "./rating-form.js";
import type { TextStorage } from "./storage.js";

/** Keeps what was entered and not yet saved, so that a reload loses none of it. */
export class Drafts {
  private readonly prefix: string;

  constructor(
    private readonly storage: TextStorage,
    session: string,
    rater: string,
  ) {
    this.prefix = `rarl-draft:${session}:${rater.toLowerCase()}:`;
  }

  get(item: string): Draft | null {
    const text = this.storage.get(this.prefix + item);
    return text === null ? null : (JSON.parse(text) as Draft);
  }

  /** A full storage loses a draft and nothing else, so it stops nobody. */
  keep(item: string, draft: Draft): void {
    try {
      this.storage.set(this.prefix + item, JSON.stringify(draft));
    } catch {
      return;
    }
  }

  drop(item: string): void {
    this.storage.remove(this.prefix + item);
  }

  /** The item that was on the screen last. */
  get place(): string | null {
    return this.storage.get(`${this.prefix}@`);
  }

  set place(item: string | null) {
    try {
      if (item === null) this.storage.remove(`${this.prefix}@`);
      else this.storage.set(`${this.prefix}@`, item);
    } catch {
      return;
    }
  }
}
