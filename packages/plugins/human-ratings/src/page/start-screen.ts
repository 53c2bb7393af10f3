import { button, element } from "./element.js";
import type { SessionInfo } from "./protocol.js";
import type { RatingStore } from "./rating-store.js";

/** Asks who rates; resolves with the name. */
export function askRater(place: HTMLElement, store: RatingStore, info: SessionInfo): Promise<string> {
  return new Promise((resolve) => {
    const name = element("input", {
      id: "rater",
      required: true,
      maxlength: "40",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": "rater-hint",
    });
    const problem = element("p", { class: "problem", role: "alert" });
    const form = element(
      "form",
      { class: "name-form" },
      element("label", { for: "rater" }, "Your initials or a code"),
      element("div", { class: "row" }, name, element("button", { class: "primary" }, "Begin")),
      element(
        "p",
        { id: "rater-hint", class: "hint" },
        "Letters, digits, “-” and “_”. Use the same one to go on later.",
      ),
      problem,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const rater = name.value.trim().replaceAll(/\s+/g, "-");
      if (isRaterName(rater)) resolve(rater);
      else
        problem.textContent =
          "Please use letters, digits, “-” and “_” only, beginning with a letter or digit.";
    });
    const known = info.raters.map(({ rater, rated }) =>
      button(`${rater}: ${rated} of ${info.items} rated`, null, () => {
        resolve(rater);
      }),
    );
    place.replaceChildren(
      element(
        "main",
        { class: "start" },
        element("h1", {}, "Rate a model’s answers"),
        element(
          "p",
          {},
          `${info.items} items. Each shows an image, a question, the reference written by experts, and what a model ` +
            "answered. You do not see which model it was, and the order is random.",
        ),
        element(
          "ul",
          {},
          element(
            "li",
            {},
            element("strong", {}, "Reasoning"),
            ": 1 if the model’s reasoning is similar to the reference reasoning, otherwise 0.",
          ),
          element(
            "li",
            {},
            element("strong", {}, "Answer"),
            ": 1 if its final answer is similar to the reference answer, otherwise 0.",
          ),
        ),
        element(
          "p",
          {},
          "Everything works by keyboard: ",
          ...["1", "0", "Enter"].flatMap((key) => [element("kbd", {}, key), " "]),
          "and the next item is there. ",
          element("kbd", {}, "?"),
          " shows all keys.",
        ),
        ...(known.length === 0
          ? []
          : [element("h2", {}, "Go on as"), element("div", { class: "known" }, ...known)]),
        form,
        ...handInControls(store, resolve, problem),
      ),
    );
    name.focus();
  });
}

/** What the server takes as well: safe in a file's name. */
function isRaterName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u.test(name);
}

function handInControls(
  { handIn }: RatingStore,
  begin: (rater: string) => void,
  problem: HTMLElement,
): readonly Node[] {
  if (handIn === null) return [];
  const file = element("input", { type: "file", accept: ".json,application/json", id: "saved" });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    chosen
      ?.text()
      .then((text) => {
        begin(handIn.load(text));
      })
      .catch((error: unknown) => {
        problem.textContent = (error as Error).message;
      });
  });
  const kept = handIn.isKept
    ? "Ratings stay in this browser until you save them as a file."
    : "This browser keeps nothing for a local file: save your ratings before you close the page.";
  return [
    element("p", { class: "hint" }, kept),
    element(
      "p",
      { class: "row" },
      element("label", { for: "saved" }, "Go on from a file saved before: "),
      file,
    ),
  ];
}
