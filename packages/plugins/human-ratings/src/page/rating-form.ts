import { button, element } from "./element.js";
import type { Decision, RatedItem, Score } from "./protocol.js";

export type Question = "reasoning" | "prediction";

/** What has been entered for one item and may not be complete. */
export interface Draft {
  readonly reasoning: Score | null;
  readonly prediction: Score | null;
  readonly note: string;
}

interface FormActions {
  changed(): void;
  obey(command: "save" | "skip"): void;
}

const wording: Readonly<Record<Question, { readonly title: string; readonly asks: string }>> = {
  reasoning: { title: "Reasoning", asks: "Is it similar to the reference reasoning?" },
  prediction: { title: "Answer", asks: "Is it similar to the reference answer?" },
};
const choices: readonly (readonly [Score, string])[] = [
  [1, "Similar"],
  [0, "Not similar"],
];
/** Longest note that is kept, in UTF-16 units. */
const longestNote = 4000;

/** The two scores and the note of one item. */
export class RatingForm {
  readonly root: HTMLFormElement;
  readonly note: HTMLTextAreaElement;
  private readonly fields = new Map<Question, HTMLFieldSetElement>();
  private readonly saveButton = element("button", { type: "submit", class: "primary" });
  private active: Question = "reasoning";

  constructor(
    { reference }: RatedItem,
    draft: Draft,
    private readonly actions: FormActions,
  ) {
    if (reference.reasoning !== null) this.fields.set("reasoning", this.field("reasoning"));
    this.fields.set("prediction", this.field("prediction"));
    this.note = element("textarea", { rows: "2", maxlength: String(longestNote), "aria-keyshortcuts": "N" });
    this.note.value = draft.note;
    this.note.addEventListener("input", () => {
      this.refresh();
    });
    this.saveButton.append("Save, next ", element("kbd", { "aria-hidden": "true" }, "Enter"));
    this.root = element(
      "form",
      { class: "rating" },
      element("div", { class: "questions" }, ...this.fields.values()),
      element(
        "label",
        { class: "note" },
        element("span", {}, "Note ", element("kbd", { "aria-hidden": "true" }, "N")),
        this.note,
      ),
      element(
        "div",
        { class: "actions" },
        button("Skip: cannot be scored", "K", () => {
          this.actions.obey("skip");
        }),
        this.saveButton,
      ),
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.actions.obey("save");
    });
    for (const question of this.questions) this.check(question, draft[question]);
    this.active = this.questions.find((question) => this.scoreOf(question) === null) ?? this.questions[0]!;
    this.show();
  }

  get draft(): Draft {
    return {
      reasoning: this.scoreOf("reasoning"),
      prediction: this.scoreOf("prediction"),
      note: this.note.value,
    };
  }

  /** The decision, or null while a score is missing. */
  decision(): Pick<Decision, "reasoningScore" | "predictionScore" | "note"> | null {
    const { reasoning, prediction, note } = this.draft;
    if (!this.isComplete) return null;
    return { reasoningScore: reasoning, predictionScore: prediction, note: note.trim() };
  }

  /** Answers the question whose turn it is, and goes on to the next one without an answer. */
  answer(score: Score): string {
    const question = this.active;
    this.check(question, score);
    const open = this.questions.find((each) => this.scoreOf(each) === null);
    if (open !== undefined) this.active = open;
    else this.move(1);
    this.refresh();
    const said = choices.find(([value]) => value === score)![1];
    return `${wording[question].title}: ${said}.`;
  }

  /** Gives the turn to the question before or after. */
  move(by: -1 | 1): void {
    const index = this.questions.indexOf(this.active) + by;
    this.active = this.questions[Math.min(Math.max(index, 0), this.questions.length - 1)]!;
    this.show();
  }

  private get questions(): readonly Question[] {
    return [...this.fields.keys()];
  }

  private get isComplete(): boolean {
    return this.questions.every((question) => this.scoreOf(question) !== null);
  }

  private field(question: Question): HTMLFieldSetElement {
    const { title, asks } = wording[question];
    const asksId = `${question}-asks`;
    const legend = element("legend", {}, element("strong", {}, title));
    const options = choices.map(([score, label]) => {
      const radio = element("input", { type: "radio", name: question, value: String(score) });
      radio.addEventListener("change", () => {
        this.active = question;
        this.refresh();
      });
      return element(
        "label",
        { class: "option" },
        radio,
        element("kbd", { "aria-hidden": "true" }, String(score)),
        element("span", {}, label),
      );
    });
    const made = element(
      "fieldset",
      { class: "score", "aria-describedby": asksId },
      legend,
      element("p", { id: asksId }, asks),
      element("div", { class: "options" }, ...options),
    );
    made.addEventListener("focusin", () => {
      this.active = question;
      this.show();
    });
    return made;
  }

  private radios(question: Question): readonly HTMLInputElement[] {
    return [...(this.fields.get(question)?.querySelectorAll("input") ?? [])];
  }

  private scoreOf(question: Question): Score | null {
    const value = this.radios(question).find(({ checked }) => checked)?.value;
    return value === undefined ? null : value === "1" ? 1 : 0;
  }

  private check(question: Question, score: Score | null): void {
    for (const radio of this.radios(question)) radio.checked = radio.value === String(score);
  }

  private refresh(): void {
    this.actions.changed();
    this.show();
  }

  private show(): void {
    for (const [question, field] of this.fields)
      field.classList.toggle("active", question === this.active && !this.isComplete);
    this.saveButton.setAttribute("aria-disabled", String(!this.isComplete));
  }
}
