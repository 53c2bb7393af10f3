/**
 * The transpose of a matrix's values, copied. Weights that train are loaded through it rather than through the
 * engine's transpose: an engine may keep that as a view, whose products are computed another way and differ in the
 * last bit, and a resumed run would then not continue exactly.
 * @param values row by row, `[rows, columns]`
 */
export function transposeValues(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!;
  return turned;
}
