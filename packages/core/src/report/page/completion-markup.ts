import { html, type Markup } from "./markup.js";

const tag = /<\/?(?:think|answer)>/g;

/**
 * What a model said, word for word, its tags marked and the text behind an opening tag shaded up to the next tag. The
 * text stays text: whatever markup the model writes is shown and never takes effect.
 */
export function completionMarkup(text: string): Markup {
  const parts: Markup[] = [];
  let block: "think" | "answer" | null = null;
  let position = 0;
  const add = (piece: string) => {
    if (piece === "") return;
    parts.push(block === null ? html`${piece}` : html`<span class="${block}">${piece}</span>`);
  };
  for (const { 0: found, index } of text.matchAll(tag)) {
    add(text.slice(position, index));
    parts.push(html`<span class="tag">${found}</span>`);
    block = found.startsWith("</") ? null : found === "<think>" ? "think" : "answer";
    position = index + found.length;
  }
  add(text.slice(position));
  // On one line: the white space around a template would be part of what is shown.
  return html`<div class="completion">${parts}</div>`;
}
