/** Values in ±scale as a function of a tensor's name, as `reference/tiny_qwen2_vl.py` makes them. */
export function formula(name: string, count: number, scale = 0.2): Float32Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193) >>> 0;
  return Float32Array.from({ length: count }, (_, index) => {
    let x = (seed + index) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    return (x / 2 ** 32 - 0.5) * 2 * scale;
  });
}
