import { rarlError, type Prompt } from "@rarl-sdk/core";
import type { ChatMessage, ChatTemplate } from "./chat-template.js";
import { escapeSpecialTokens } from "./escape-special-tokens.js";

const IMAGE_PAD = "<|image_pad|>";
const IMAGE_PLACEHOLDER = `<|vision_start|>${IMAGE_PAD}<|vision_end|>`;

/**
 * A prompt as one string, up to where the model goes on. `chat`: a system turn if given, then a user turn of the
 * images and the text. `raw`: image placeholders and the text. What looks like a special token in the prompt's own
 * text is escaped.
 * @throws RarlError `CHAT_TEMPLATE_INVALID`
 */
export function renderPrompt(prompt: Prompt, template: ChatTemplate): string {
  const text = escapeSpecialTokens(prompt.text);
  if (prompt.template === "raw") return IMAGE_PLACEHOLDER.repeat(prompt.images.length) + text;
  const messages: ChatMessage[] = [];
  if (prompt.system !== undefined)
    messages.push({ role: "system", content: escapeSpecialTokens(prompt.system) });
  const images = prompt.images.map(() => ({ type: "image" }) as const);
  messages.push({ role: "user", content: [...images, { type: "text", text }] });
  return template.render(messages, { addGenerationPrompt: true });
}

/**
 * Repeats each image placeholder of a rendered prompt once per language-model row of its image; `rows` in the order
 * of the images.
 * @throws RarlError `IMAGE_PLACEHOLDERS` when there are not as many placeholders as images.
 */
export function expandImagePads(text: string, rows: readonly number[]): string {
  const pieces = text.split(IMAGE_PAD);
  if (pieces.length - 1 !== rows.length) {
    throw rarlError("IMAGE_PLACEHOLDERS", { placeholders: pieces.length - 1, images: rows.length });
  }
  return pieces.map((piece, index) => piece + IMAGE_PAD.repeat(rows[index] ?? 0)).join("");
}
