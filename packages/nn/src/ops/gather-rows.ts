import { gatherND, tensor, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Rows of `x` `[n, width]` by index, `[index.length, width]`; no gradient. GatherNd copies whole rows on wasm, where
 * GatherV2 goes element by element: 0.2 ms against 30 ms for 7200 rows of 128.
 */
export function gatherRows(x: Tensor, index: Int32Array): Tensor {
  return gatherND(x, tensor(index, [index.length, 1], "int32"));
}
