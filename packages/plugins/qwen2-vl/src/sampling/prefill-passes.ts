import type { CompletionGroup } from "@rarl-sdk/core";
import type { Qwen2VLPrompt } from "../model/prompt.js";

/**
 * Rows of a pass, unless a single prompt has more. Products of so many rows are as fast as larger ones, and what a layer
 * holds while it runs does not grow with the batch.
 */
export const PREFILL_ROWS = 2048;

/** Prompts that run together. */
export interface PrefillPass {
  /** Prompts that share a beginning with an image are one group: the beginning, and the ends as its completions. */
  readonly groups: readonly CompletionGroup[];
  /** Row of the pass for each row of the prompts one after the other; null where that is the same. */
  readonly rows: readonly number[] | null;
  /** Row of each prompt's last token. */
  readonly lastRows: readonly number[];
}

/**
 * Divides prompts, in their order, into passes of at most `PREFILL_ROWS` rows. Neighbours about the same images that
 * begin alike up to the last image token, such as the questions about an X-ray, run that beginning once.
 */
export function prefillPasses(
  prompts: readonly Qwen2VLPrompt[],
  imageTokenId: number,
  mostRows = PREFILL_ROWS,
): readonly PrefillPass[] {
  const passes: PrefillPass[] = [];
  let shared: Shared[] = [];
  let rows = 0;
  const finish = (): void => {
    if (shared.length > 0) passes.push(passOf(shared));
    shared = [];
    rows = 0;
  };
  for (const prompt of prompts) {
    const head = headLength(prompt, imageTokenId);
    const last = shared.at(-1);
    const joins =
      last !== undefined && head > 0 && head === last.head && beginAlike(last.prompts[0]!, prompt, head);
    const added = prompt.tokenIds.length - (joins ? head : 0);
    if (rows > 0 && rows + added > mostRows) finish();
    const open = shared.at(-1);
    if (joins && open !== undefined) open.prompts.push(prompt);
    else shared.push({ head, prompts: [prompt] });
    rows += joins && open !== undefined ? added : prompt.tokenIds.length;
  }
  finish();
  return passes;
}

/** Neighbours with a common beginning of `head` tokens, or a prompt alone. */
interface Shared {
  readonly head: number;
  readonly prompts: Qwen2VLPrompt[];
}

/** Tokens up to the last image token; 0 where nothing stands before or behind them. */
function headLength({ tokenIds }: Qwen2VLPrompt, imageTokenId: number): number {
  const length = tokenIds.lastIndexOf(imageTokenId) + 1;
  return length === tokenIds.length ? 0 : length;
}

function beginAlike(a: Qwen2VLPrompt, b: Qwen2VLPrompt, head: number): boolean {
  const isSameImages =
    a.images.length === b.images.length &&
    a.images.every(({ contentHash }, index) => contentHash === b.images[index]!.contentHash);
  if (!isSameImages) return false;
  for (let index = 0; index < head; index++) if (a.tokenIds[index] !== b.tokenIds[index]) return false;
  return true;
}

function passOf(shared: readonly Shared[]): PrefillPass {
  const rows: number[] = [];
  const lastRows: number[] = [];
  let start = 0;
  const groups = shared.map(({ head, prompts }): CompletionGroup => {
    const [first] = prompts;
    if (prompts.length === 1) {
      const { length } = first!.tokenIds;
      for (let row = 0; row < length; row++) rows.push(start + row);
      lastRows.push((start += length) - 1);
      return { prompt: first!, completions: [] };
    }
    let end = start + head;
    const completions = prompts.map(({ tokenIds }) => {
      const tail = tokenIds.slice(head);
      for (let row = 0; row < head; row++) rows.push(start + row);
      for (let row = 0; row < tail.length; row++) rows.push(end + row);
      lastRows.push((end += tail.length) - 1);
      // A completion's last token has no row, so one more is put behind.
      return [...tail, 0];
    });
    start = end;
    return { prompt: beginning(first!, head), completions };
  });
  return { groups, rows: shared.every(({ prompts }) => prompts.length === 1) ? null : rows, lastRows };
}

/** The first `head` tokens of a prompt, which have all of its images. */
function beginning(prompt: Qwen2VLPrompt, head: number): Qwen2VLPrompt {
  const { tokenIds, positions, nextPosition } = prompt;
  const length = tokenIds.length;
  const axes = [0, 1, 2].flatMap((axis) => [...positions.subarray(axis * length, axis * length + head)]);
  return {
    ...prompt,
    tokenIds: tokenIds.slice(0, head),
    positions: Int32Array.from(axes),
    // Behind the images there is text alone, whose positions count up by one.
    nextPosition: nextPosition - (length - head),
  };
}
