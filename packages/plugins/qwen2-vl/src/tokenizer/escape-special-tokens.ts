/** Anything of the form of a special token: `<|`, a name, `|>`. */
const SPECIAL = /<\|(?=[A-Za-z0-9_]+\|>)/g;

/**
 * Text that a data set or user supplies, with what looks like a special token broken up by a space (`<|im_end|>` to
 * `< |im_end|>`), so that it cannot end its turn or pose as an image.
 */
export function escapeSpecialTokens(text: string): string {
  return text.replace(SPECIAL, "< |");
}
