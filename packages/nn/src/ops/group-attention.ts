import type { Tensor3D } from "@tensorflow/tfjs-core";
import {
  groupAttentionBackward,
  groupAttentionForward,
  type GroupAttentionAttributes,
} from "./group-attention-composite.js";
import { checkGroupLayout, type GroupLayout } from "./group-layout.js";
import { defineKernel } from "./kernel.js";
import { sharedResults } from "./shared-results.js";

export interface GroupAttentionOptions {
  /** Whether a row sees only rows up to itself in its prefix or branch; true by default. */
  readonly causal?: boolean;
  /** Factor of the scores, d^-0.5 by default. */
  readonly scale?: number;
}

/** Gradients of q, k and v. */
const runBackward = defineKernel<"q" | "k" | "v" | "dy", GroupAttentionAttributes>({
  name: "RarlGroupAttentionBackward",
  composite: groupAttentionBackward,
});

const runGroupAttention = defineKernel<"q" | "k" | "v", GroupAttentionAttributes>({
  name: "RarlGroupAttention",
  composite: groupAttentionForward,
  gradient: {
    inputsToSave: ["q", "k", "v"],
    backward(dy, [q, k, v], attributes) {
      const results = sharedResults(() => runBackward({ q: q!, k: k!, v: v!, dy }, attributes));
      return { q: () => results(0), k: () => results(1), v: () => results(2) };
    },
  },
});

/**
 * Attention of packed groups that share a prefix: prefix rows see their prefix, a branch's rows the whole prefix and
 * their own branch. Keys of the prefix are not copied per branch, and the gradient flows through them from all
 * branches. Query head j uses kv head ⌊j / (heads / kvHeads)⌋. Probabilities are computed again in the backward pass.
 * @param q `[rows, heads, d]`
 * @param k `[rows, kvHeads, d]`
 * @param v `[rows, kvHeads, d]`
 * @returns `[rows, heads, d]`
 * @throws RarlError `GROUP_LAYOUT_INVALID`
 */
export function groupAttention(
  q: Tensor3D,
  k: Tensor3D,
  v: Tensor3D,
  layout: GroupLayout,
  options: GroupAttentionOptions = {},
): Tensor3D {
  checkGroupLayout(layout, q.shape[0]);
  const { causal = true, scale = q.shape[2] ** -0.5 } = options;
  return runGroupAttention({ q, k, v }, { layout, causal, scale })[0] as Tensor3D;
}
