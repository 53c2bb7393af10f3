import { Drafts } from "./drafts.js";
import { element } from "./element.js";
import { finished } from "./finished.js";
import { HelpDialog } from "./help-dialog.js";
import { ItemCache } from "./item-cache.js";
import { itemText } from "./item-text.js";
import { ImageViewer } from "./image-viewer.js";
import { commandOf, type Command } from "./keyboard.js";
import type { Decision, RatedItem, Rating, RaterState } from "./protocol.js";
import { RatingForm, type Draft } from "./rating-form.js";
import { RatingHistory } from "./rating-history.js";
import type { RatingStore } from "./rating-store.js";
import { Stopwatch } from "./stopwatch.js";
import type { TextStorage } from "./storage.js";
import { themeButton } from "./theme.js";
import { TopBar } from "./top-bar.js";

/** One item after another: shows it, takes the rating, saves it, shows the next. */
export class RatingScreen {
  readonly root = element("div", { class: "screen" });
  private readonly viewer = new ImageViewer(() => {
    this.obey("next-image");
  });
  private readonly text = element("div", {
    class: "reading",
    tabindex: "0",
    role: "region",
    "aria-label": "Question, reference and prediction",
  });
  private readonly formPlace = element("div", { class: "form-place" });
  private readonly status = element("p", { class: "status", role: "status" });
  private readonly problem = element("p", { class: "problem", role: "alert" });
  private readonly work: HTMLElement;
  private readonly done = element("main", { class: "done", hidden: true });
  private readonly help = new HelpDialog();
  private readonly top: TopBar;
  private readonly stopwatch = new Stopwatch();
  private readonly drafts: Drafts;
  private readonly history: RatingHistory;
  private readonly items: ItemCache;
  private readonly order: readonly string[];
  private readonly rater: string;
  private item: RatedItem | null = null;
  private form: RatingForm | null = null;
  private imageIndex = 0;
  private isBusy = false;
  /** Commands that came while an action ran; nobody has to type slowly. */
  private readonly waiting: Command[] = [];

  constructor(
    private readonly store: RatingStore,
    session: string,
    { rater, order, ratings }: RaterState,
    storage: TextStorage,
  ) {
    this.rater = rater;
    this.order = order;
    this.history = new RatingHistory(ratings);
    this.drafts = new Drafts(storage, session, rater);
    this.items = new ItemCache(store);
    const { handIn } = store;
    const actions = {
      obey: (command: Command) => {
        this.obey(command);
      },
      download:
        handIn &&
        (() => {
          handIn.download(rater);
          this.showProgress();
        }),
    };
    this.top = new TopBar(rater, actions, themeButton(storage));
    const side = element("div", { class: "side" }, this.text, this.formPlace);
    this.work = element("main", { class: "work" }, this.viewer.root, side);
    this.root.append(this.top.root, this.problem, this.work, this.done, this.status, this.help.root);
    document.addEventListener("keydown", (event) => {
      this.press(event);
    });
    if (handIn?.isKept === false) {
      window.addEventListener("beforeunload", (event) => {
        if (handIn.unsaved(rater) > 0) event.preventDefault();
      });
    }
  }

  /** Shows the item that was there before a reload if it still has no rating, else the first without one. */
  async begin(): Promise<void> {
    const { place } = this.drafts;
    const isOpen = place !== null && this.order.includes(place) && this.history.get(place) === undefined;
    await this.show(isOpen ? place : this.history.nextUnrated(this.order, null));
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "Escape" && event.target === this.form?.note) {
      this.top.focusTitle();
      return;
    }
    const command = commandOf(event, this.help.singleKeys);
    if (command === null) return;
    event.preventDefault();
    this.obey(command);
  }

  private obey(command: Command): void {
    if (this.isBusy) this.waiting.push(command);
    else this.obeyNow(command);
  }

  private obeyNow(command: Command): void {
    switch (command) {
      case "one":
      case "zero":
        if (this.form !== null) this.status.textContent = this.form.answer(command === "one" ? 1 : 0);
        break;
      case "question-up":
        this.form?.move(-1);
        break;
      case "question-down":
        this.form?.move(1);
        break;
      case "save":
        this.save();
        break;
      case "skip":
        this.skip();
        break;
      case "undo":
        this.undo();
        break;
      case "note":
        this.form?.note.focus();
        break;
      case "previous":
        this.step(-1);
        break;
      case "next":
        this.step(1);
        break;
      case "page-up":
      case "page-down":
        this.text.scrollBy({ top: this.text.clientHeight * (command === "page-up" ? -0.8 : 0.8) });
        break;
      case "next-image":
        this.imageIndex++;
        void this.showImage();
        break;
      case "help":
        this.help.open();
        break;
      default:
        this.viewer.obey(command);
    }
  }

  private save(): void {
    if (this.item === null || this.form === null) return;
    const decision = this.form.decision();
    if (decision === null) {
      this.status.textContent = "Please answer each question with 1 or 0 first, or skip the item with K.";
      return;
    }
    this.keep({ ...decision, item: this.item.id, state: "rated", seconds: this.stopwatch.seconds });
  }

  private skip(): void {
    if (this.item === null || this.form === null) return;
    const { note } = this.form.draft;
    const scores = { reasoningScore: null, predictionScore: null, note: note.trim() };
    this.keep({ ...scores, item: this.item.id, state: "skipped", seconds: this.stopwatch.seconds });
  }

  private keep(decision: Decision): void {
    this.attempt(async () => {
      const rating = await this.store.save(this.rater, decision);
      this.history.put(rating);
      this.drafts.drop(decision.item);
      await this.show(this.history.nextUnrated(this.order, decision.item));
      this.status.textContent = `${decision.state === "skipped" ? "Skipped" : "Saved"}. ${this.progress()}`;
    });
  }

  private undo(): void {
    const { latest } = this.history;
    if (latest === undefined) return;
    this.attempt(async () => {
      await this.store.withdraw(this.rater, latest.item);
      this.history.withdraw(latest.item);
      // What was entered stays entered, to be corrected.
      this.drafts.keep(latest.item, draftOf(latest));
      await this.show(latest.item);
      this.status.textContent = "The last rating is taken back.";
    });
  }

  private step(by: -1 | 1): void {
    const from = this.item === null ? this.order.length : this.order.indexOf(this.item.id);
    const id = this.order[from + by];
    if (id !== undefined) this.attempt(() => this.show(id));
  }

  /** Runs one action at a time; a failure is shown, and everything entered stays. */
  private attempt(action: () => Promise<void>): void {
    this.isBusy = true;
    this.problem.textContent = "";
    action()
      .catch((error: unknown) => {
        this.problem.textContent = `Not saved. ${(error as Error).message}`;
        // They were meant for what did not come.
        this.waiting.length = 0;
      })
      .finally(() => {
        this.isBusy = false;
        // The first that starts an action sends the rest back here.
        for (const command of this.waiting.splice(0)) this.obey(command);
      });
  }

  private async show(id: string | null): Promise<void> {
    if (id === null) {
      this.showDone();
      return;
    }
    const item = await this.items.get(id);
    const rating = this.history.get(id);
    const draft = this.drafts.get(id) ?? (rating === undefined ? emptyDraft : draftOf(rating));
    this.item = item;
    this.drafts.place = id;
    const form = new RatingForm(item, draft, {
      changed: () => {
        this.drafts.keep(id, form.draft);
        this.showProgress();
      },
      obey: (command) => {
        this.obey(command);
      },
    });
    this.form = form;
    this.text.replaceChildren(itemText(item));
    this.text.scrollTop = 0;
    this.formPlace.replaceChildren(form.root);
    this.work.hidden = false;
    this.done.hidden = true;
    this.imageIndex = 0;
    this.showProgress();
    this.top.focusTitle();
    this.stopwatch.restart();
    void this.showImage().then(() => {
      const following = this.history.nextUnrated(this.order, id);
      if (following !== null) this.items.prefetch(following);
    });
  }

  private async showImage(): Promise<void> {
    const { item } = this;
    if (item === null) return;
    const count = item.images.length;
    if (count === 0) {
      this.viewer.show(null, "No image", "This question has no image.", false);
      return;
    }
    const index = this.imageIndex % count;
    const label = count === 1 ? "Image" : `Image ${index + 1} of ${count}`;
    try {
      const pixels = await this.items.pixels(item.images[index]!);
      if (this.item === item) this.viewer.show(pixels, label, count === 1 ? "" : label, count > 1);
    } catch (error) {
      const reason = (error as Error).message;
      if (this.item === item) this.viewer.show(null, label, `${label} cannot be shown: ${reason}`, count > 1);
    }
  }

  private showDone(): void {
    this.item = null;
    this.form = null;
    this.work.hidden = true;
    this.done.hidden = false;
    this.done.replaceChildren(...finished(this.store.handIn !== null));
    this.showProgress();
    this.top.focusTitle();
  }

  /** What the title adds about an item that has a rating. */
  private note(id: string): string {
    const rating = this.history.get(id);
    if (rating === undefined) return "";
    return this.drafts.get(id) === null ? ` · ${rating.state}` : ` · ${rating.state}, change not saved`;
  }

  private progress(): string {
    return `${this.history.size} of ${this.order.length} rated.`;
  }

  private showProgress(): void {
    const title =
      this.item === null ? "Done" : `Item ${this.order.indexOf(this.item.id) + 1}${this.note(this.item.id)}`;
    const unsaved = this.store.handIn?.unsaved(this.rater) ?? 0;
    this.top.show(title, this.history.size, this.order.length, unsaved);
  }
}

const emptyDraft: Draft = { reasoning: null, prediction: null, note: "" };

function draftOf({ reasoningScore, predictionScore, note }: Rating): Draft {
  return { reasoning: reasoningScore, prediction: predictionScore, note };
}
