import { element } from "./element.js";
import type { RatedItem } from "./protocol.js";

/** Question, reference and prediction, each as plain text: nothing that a model wrote is ever markup. */
export function itemText({ question, choices, reference, prediction }: RatedItem): HTMLElement {
  const { think, answer, completion } = prediction;
  const isWhole = think !== null && answer !== null;
  const options = choices.map((choice) => element("li", { dir: "auto" }, choice));
  return element(
    "div",
    { class: "item-text" },
    element("h2", { class: "question", dir: "auto" }, question),
    ...(options.length === 0 ? [] : [element("ol", { class: "choices", type: "A" }, ...options)]),
    element(
      "div",
      { class: "pair" },
      part("Reference answer", "answer reference", reference.answer, ""),
      part("Model’s answer", "answer model", answer, "The model gave no answer block."),
    ),
    element(
      "div",
      { class: "pair" },
      part("Reference reasoning", "reference", reference.reasoning, "None was annotated."),
      part("Model’s reasoning", "model", think, "The model gave no think block."),
    ),
    ...(isWhole ? [] : [part("All that the model wrote", "model whole", completion, "Nothing.")]),
  );
}

function part(title: string, kind: string, text: string | null, absent: string): HTMLElement {
  const isAbsent = text === null || text.trim() === "";
  const body = element("p", { dir: "auto", class: isAbsent ? "absent" : "words" }, isAbsent ? absent : text);
  return element("section", { class: `part ${kind}` }, element("h3", {}, title), body);
}
