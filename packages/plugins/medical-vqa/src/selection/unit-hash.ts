import { createHash } from "node:crypto";

/**
 * A number in [0, 1) that depends on the parts alone, so that a record keeps its place in a split or subset when
 * others come and go.
 */
export function unitHash(...parts: readonly (string | number)[]): number {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
