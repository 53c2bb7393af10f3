import type { CompletionGroup } from "@rarl-sdk/core";
import type { GroupLayout } from "@rarl-sdk/nn";
import type { PromptImage, Qwen2VLPrompt } from "./prompt.js";

/** Rows of several prompts and their completions, one after the other, without padding. */
export interface PackedRows {
  /** `[rows]` */
  readonly ids: Int32Array;
  /** `[3 · rows]`, time then height then width. */
  readonly positions: Int32Array;
  readonly layout: GroupLayout;
  /** Rows that hold image embeddings, in order. */
  readonly imageRows: readonly number[];
  readonly images: readonly PromptImage[];
  /** Row whose output predicts each completion token, `[tokens]`. */
  readonly predictors: Int32Array;
  /** Completion tokens in the order group, completion, token, `[tokens]`. */
  readonly targets: Int32Array;
}

/**
 * Lays out each group as its prompt followed by its completions. A completion's last token predicts nothing, so it
 * has no row. Every completion continues the prompt's positions as if it stood alone.
 */
export function packGroups(groups: readonly CompletionGroup[], imageTokenId: number): PackedRows {
  const ids: number[] = [];
  const axes: [number[], number[], number[]] = [[], [], []];
  const imageRows: number[] = [];
  const predictors: number[] = [];
  const targets: number[] = [];
  const images: PromptImage[] = [];
  const layout: { prefix: number; branches: number[] }[] = [];
  for (const { prompt, completions } of groups) {
    const { tokenIds, positions, nextPosition, images: promptImages } = prompt as Qwen2VLPrompt;
    const length = tokenIds.length;
    for (const [offset, id] of tokenIds.entries()) {
      if (id === imageTokenId) imageRows.push(ids.length);
      ids.push(id);
      axes.forEach((axis, index) => axis.push(positions[index * length + offset]!));
    }
    images.push(...promptImages);
    const lastPromptRow = ids.length - 1;
    const branches: number[] = [];
    for (const completion of completions) {
      for (const [offset, id] of completion.entries()) {
        predictors.push(offset === 0 ? lastPromptRow : ids.length - 1);
        targets.push(id);
        if (offset === completion.length - 1) continue;
        ids.push(id);
        for (const axis of axes) axis.push(nextPosition + offset);
      }
      if (completion.length > 1) branches.push(completion.length - 1);
    }
    layout.push({ prefix: length, branches });
  }
  return {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(axes.flat()),
    layout: { groups: layout },
    imageRows,
    images,
    predictors: Int32Array.from(predictors),
    targets: Int32Array.from(targets),
  };
}
