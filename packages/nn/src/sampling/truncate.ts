/**
 * The k-th largest of `values`, found with a heap of k numbers: most values are dismissed by one comparison.
 */
export function kthLargest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k);
  for (let i = (k >> 1) - 1; i >= 0; i--) sift(heap, i);
  for (let i = k; i < values.length; i++) {
    if (values[i]! <= heap[0]!) continue;
    heap[0] = values[i]!;
    sift(heap, 0);
  }
  return heap[0]!;
}

/** Restores the heap (smallest first) below `parent`. */
function sift(heap: Float32Array, parent: number): void {
  const value = heap[parent]!;
  let place = parent;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= value) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = value;
}

/** Zeroes the weights outside the `topK` largest scores; ties with the last of them stay. */
export function keepTopK(scores: Float32Array, weights: Float64Array, topK: number): void {
  const threshold = kthLargest(scores, topK);
  for (let i = 0; i < scores.length; i++) if (scores[i]! < threshold) weights[i] = 0;
}

/**
 * Zeroes the least likely weights whose cumulative share stays at or below 1 − `topP`; the likeliest always stays.
 * Of equal weights at the border the lower ids stay.
 */
export function keepTopP(weights: Float64Array, topP: number): void {
  let total = 0;
  for (const weight of weights) total += weight;
  const dropped = (1 - topP) * total;
  // Weights below this stay under `dropped` even all together, so only the others need sorting.
  const negligible = dropped / weights.length / 2;
  let cumulative = 0;
  let count = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! >= negligible) count++;
    else {
      cumulative += weights[i]!;
      weights[i] = 0;
    }
  }
  const sorted = new Float64Array(count);
  let filled = 0;
  for (const weight of weights) if (weight > 0) sorted[filled++] = weight;
  sorted.sort();
  let first = 0;
  while (first < count - 1 && cumulative + sorted[first]! <= dropped) cumulative += sorted[first++]!;
  dropBelow(weights, sorted, first);
}

/** Keeps the weights from place `first` of the ascending `sorted` on; ties at the border go by id. */
function dropBelow(weights: Float64Array, sorted: Float64Array, first: number): void {
  const border = sorted[first]!;
  let equalToKeep = 0;
  for (let i = first; i < sorted.length && sorted[i] === border; i++) equalToKeep++;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight < border || (weight === border && equalToKeep-- <= 0)) weights[i] = 0;
  }
}

/** Zeroes weights below `minP` times the largest. */
export function keepMinP(weights: Float64Array, minP: number): void {
  let largest = 0;
  for (const weight of weights) if (weight > largest) largest = weight;
  const threshold = minP * largest;
  for (let i = 0; i < weights.length; i++) if (weights[i]! < threshold) weights[i] = 0;
}
