import { gatherND, reshape, tensor, tidy, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Rows of `x` `[n, width]` by index, `[index.length, width]`; no gradient. GatherNd copies whole rows on wasm, where
 * GatherV2 goes element by element: 0.2 ms against 30 ms for 7200 rows of 128.
 */
export function gatherRows(x: Tensor, index: Int32Array): Tensor {
  return gatherND(x, tensor(index, [index.length, 1], "int32"));
}

/**
 * Items `from` to `from + size` along the first axis; the tensor itself when that is all of it. No gradient. A slice
 * on wasm reads the whole tensor, however little it takes: 2.5 ms for one of 256 items of 64×32.
 */
export function itemRange(x: Tensor, from: number, size: number): Tensor {
  const items = x.shape[0];
  if (size === items) return x;
  return tidy(() => {
    const index = Int32Array.from({ length: size }, (_, i) => from + i);
    return reshape(gatherRows(reshape(x, [items, x.size / items]), index), [size, ...x.shape.slice(1)]);
  });
}
