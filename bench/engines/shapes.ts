/** A decoder layer of Qwen2-VL-2B and the rows it is measured with. */
export const shape = {
  hidden: 1536,
  heads: 12,
  kvHeads: 2,
  headDim: 128,
  intermediate: 8960,
  rank: 8,
  scale: 2,
  epsilon: 1e-6,
  /** Packed rows of a training pass. */
  rows: 512,
  /** Rows of a decode step: one a completion. */
  decodeRows: 4,
} as const;

/** Products measured: m × k by k × n, the second factor as it lies or seen transposed. */
export const products = [
  { name: "training, up", m: shape.rows, k: shape.hidden, n: shape.intermediate, transposeB: false },
  {
    name: "training, up, B transposed",
    m: shape.rows,
    k: shape.hidden,
    n: shape.intermediate,
    transposeB: true,
  },
  { name: "training, q", m: shape.rows, k: shape.hidden, n: shape.hidden, transposeB: false },
  { name: "decode, up", m: shape.decodeRows, k: shape.hidden, n: shape.intermediate, transposeB: false },
  {
    name: "decode, up, B transposed",
    m: shape.decodeRows,
    k: shape.hidden,
    n: shape.intermediate,
    transposeB: true,
  },
] as const;

/** Weights that a product cycles through, so that none is still in the cache: 220 MB of f32. */
export const weightCopies = 4;

/** Bytes that the reading of memory is measured with. */
export const readBytes = 2 ** 29;
