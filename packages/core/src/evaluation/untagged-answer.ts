const thinkOpen = "<think>";
const thinkClose = "</think>";

/**
 * What a completion says outside its think blocks, stray answer tags taken away: the answer of a model that has
 * not learnt to tag it. A think block that is never closed hides everything after it.
 */
export function untaggedAnswer(text: string): string {
  let outside = "";
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf(thinkOpen, position);
    if (open < 0) {
      outside += text.slice(position);
      break;
    }
    outside += text.slice(position, open);
    const close = text.indexOf(thinkClose, open);
    if (close < 0) break;
    position = close + thinkClose.length;
  }
  return outside.replaceAll("<answer>", " ").replaceAll("</answer>", " ").replaceAll(thinkClose, " ").trim();
}
