/** An array of any rank in double precision, row-major: the reference that engines are checked against. */
export interface PlainArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The array whose value at an index is `valueAt(index)`. */
export function build(shape: readonly number[], valueAt: (index: readonly number[]) => number): PlainArray {
  const index = shape.map(() => 0);
  const values: number[] = [];
  for (let position = 0; position < sizeOf(shape); position++) {
    values.push(valueAt(index));
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape: [...shape], values };
}

/** The value at an index; an axis of length 1 is broadcast, and so are axes that lack on the left. */
export function at({ shape, values }: PlainArray, index: readonly number[]): number {
  const missing = index.length - shape.length;
  let position = 0;
  shape.forEach((length, axis) => {
    position = position * length + (length === 1 ? 0 : index[axis + missing]!);
  });
  return values[position]!;
}

export function map(x: PlainArray, f: (value: number) => number): PlainArray {
  return { shape: x.shape, values: x.values.map(f) };
}

export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)),
  );
}

/** `f` of values that stand at the same place after broadcasting. */
export function zip(arrays: readonly PlainArray[], f: (...values: number[]) => number): PlainArray {
  return build(broadcastShape(...arrays.map(({ shape }) => shape)), (index) =>
    f(...arrays.map((array) => at(array, index))),
  );
}

/** `f` of the values along the given axes, in order; with `keep` the axes stay with length 1. */
export function reduce(
  x: PlainArray,
  axes: readonly number[],
  f: (values: readonly number[]) => number,
  keep = false,
): PlainArray {
  const reduced = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const along = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
  const result = build(reduced, (index) =>
    f(
      build(along, (offset) =>
        at(
          x,
          index.map((place, axis) => place + offset[axis]!),
        ),
      ).values,
    ),
  );
  return keep ? result : { ...result, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

/** Replaces every vector along the last axis by another of the same length. */
export function mapRows(x: PlainArray, f: (row: readonly number[]) => readonly number[]): PlainArray {
  const width = x.shape.at(-1)!;
  const rows = Array.from({ length: x.values.length / width }, (_, row) =>
    f(x.values.slice(row * width, (row + 1) * width)),
  );
  return { shape: x.shape, values: rows.flat() };
}

/** Product over the last two axes of `[…, m, k]` and `[…, k, n]`; the axes before broadcast. */
export function matrixProduct(a: PlainArray, b: PlainArray): PlainArray {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return build([...batch, m, n], (index) => {
    const place = index.slice(0, -2);
    const [row, column] = index.slice(-2) as [number, number];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += at(a, [...place, row, i]) * at(b, [...place, i, column]);
    return sum;
  });
}

export function permute(x: PlainArray, order: readonly number[]): PlainArray {
  const source = (index: readonly number[]) => x.shape.map((_, axis) => index[order.indexOf(axis)]!);
  return build(
    order.map((axis) => x.shape[axis]!),
    (index) => at(x, source(index)),
  );
}

export function reshaped(x: PlainArray, shape: readonly number[]): PlainArray {
  return { shape, values: x.values };
}
