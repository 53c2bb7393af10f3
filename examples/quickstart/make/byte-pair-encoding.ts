/** Byte pair encoding as Qwen2 uses it, trained on texts: the alphabet of bytes and the merges, best first. */
export interface BytePairEncoding {
  /** Symbols by id: the 256 bytes, then one for every merge. */
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** Qwen2's pre-tokenisation as a tokenizer.json holds it (qwen2 tokenizer, Hugging Face). */
export const splitPattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** The same for Node 20, which has no `(?i:…)`; the texts trained on have only ASCII white space. */
const splitExpression = new RegExp(
  splitPattern.replace(/^\(\?i:.*?\)\|/u, "'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|"),
  "gu",
);

/**
 * The printable character that stands for each byte, as in GPT-2's byte-level vocabulary: printable Latin-1 bytes stand
 * for themselves, the others for the characters from U+0100 on.
 */
function byteCharacters(): readonly string[] {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** Replaces every adjacent pair by its union. */
function merge(symbols: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let index = 0; index < symbols.length; index++) {
    const joins = symbols[index] === left && symbols[index + 1] === right;
    merged.push(joins ? left + right : symbols[index]!);
    if (joins) index++;
  }
  return merged;
}

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
}

function mostFrequentPair(words: readonly Word[]): Pair | undefined {
  const pairs = new Map<string, Pair>();
  for (const { symbols, count } of words) {
    for (let index = 1; index < symbols.length; index++) {
      const [left, right] = [symbols[index - 1]!, symbols[index]!];
      const key = `${left} ${right}`;
      const pair = pairs.get(key) ?? { left, right, count: 0 };
      pair.count += count;
      pairs.set(key, pair);
    }
  }
  // Ties go to the pair that is first in code point order, so that the result depends on nothing else.
  let best: [string, Pair] | undefined;
  for (const candidate of pairs) {
    const [key, { count }] = candidate;
    if (!best || count > best[1].count || (count === best[1].count && key < best[0])) best = candidate;
  }
  return best?.[1];
}

interface Word {
  symbols: string[];
  readonly count: number;
}

/**
 * @param texts text to learn from, free of added tokens, with how often it occurs
 * @param mergeCount fewer are learnt when every word has become one symbol
 */
export function trainBytePairEncoding(
  texts: ReadonlyMap<string, number>,
  mergeCount: number,
): BytePairEncoding {
  const characters = byteCharacters();
  const counts = new Map<string, number>();
  for (const [text, count] of texts) {
    for (const [piece] of text.normalize("NFC").matchAll(splitExpression)) {
      const word = Array.from(new TextEncoder().encode(piece), (byte) => characters[byte]!).join("");
      counts.set(word, (counts.get(word) ?? 0) + count);
    }
  }
  const words: Word[] = Array.from(counts, ([word, count]) => ({ symbols: Array.from(word), count }));
  const vocabulary = [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const merges: [string, string][] = [];
  while (merges.length < mergeCount) {
    const pair = mostFrequentPair(words);
    if (pair === undefined) break;
    merges.push([pair.left, pair.right]);
    vocabulary.push(pair.left + pair.right);
    for (const word of words) word.symbols = merge(word.symbols, pair.left, pair.right);
  }
  return { vocabulary, merges };
}
