/** What of the decoding batch survives a compaction. */
export interface Compaction {
  /** Kept prompts, as indices into the current prompts. */
  readonly prompts: readonly number[];
  /** Kept rows, as indices into the current rows; `prompts.length · slots` of them. */
  readonly rows: readonly number[];
}

/**
 * The rows of a decoding batch: for every prompt the same number of slots, each with a completion. Rows whose
 * completion has ended are dropped when enough of them have gathered that the smaller batch pays for the copy.
 */
export class DecodingSlots<Item> {
  private grid: Item[][];

  constructor(itemsOfPrompts: readonly (readonly Item[])[]) {
    this.grid = itemsOfPrompts.map((items) => [...items]);
  }

  /** Completions row by row, prompt after prompt. */
  rows(): readonly Item[] {
    return this.grid.flat();
  }

  /** Shrinks the grid to the unfinished completions, or answers null when it is not worth it. */
  compact(isOpen: (item: Item) => boolean): Compaction | null {
    const slots = this.grid[0]?.length ?? 0;
    const open = this.grid.map((items) => items.flatMap((item, slot) => (isOpen(item) ? [slot] : [])));
    const prompts = open.flatMap((list, prompt) => (list.length > 0 ? [prompt] : []));
    const width = Math.max(0, ...open.map((list) => list.length));
    if (prompts.length * width > 0.75 * this.grid.length * slots) return null;
    // A prompt with fewer open completions than the widest repeats one of them; nobody reads the repeat.
    const kept = prompts.map((prompt) => {
      const list = open[prompt]!;
      return Array.from({ length: width }, (_, slot) => list[slot] ?? list[0]!);
    });
    const rows = prompts.flatMap((prompt, position) => kept[position]!.map((slot) => prompt * slots + slot));
    this.grid = prompts.map((prompt, position) => kept[position]!.map((slot) => this.grid[prompt]![slot]!));
    return { prompts, rows };
  }
}
