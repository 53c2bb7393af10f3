import { engine, type Tensor } from "@tensorflow/tfjs-core";

/**
 * For a backward kernel with several outputs: runs `compute` once, when the first of its results is asked for.
 * TensorFlow.js runs each input's gradient function in a tidy of its own, which would dispose the others' results, so
 * they are moved to the scope of the whole backward pass. Call it in the body of a gradient function.
 */
export function sharedResults(compute: () => Tensor[]): (index: number) => Tensor {
  const { state } = engine();
  const owner = state.activeScope;
  let results: Tensor[] | undefined;
  return (index) => {
    if (results === undefined) {
      results = compute();
      const inner = state.activeScope;
      const moved = new Set(results);
      inner.track = inner.track.filter((tensor) => !moved.has(tensor));
      for (const tensor of moved) {
        tensor.scopeId = owner.id;
        owner.track.push(tensor);
      }
    }
    return results[index]!;
  };
}
