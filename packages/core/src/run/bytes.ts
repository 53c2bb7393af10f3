const units: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** An amount of memory as people write it: a number and MB, GB, MiB or GiB. */
export const bytesPattern = /^(\d+(?:\.\d+)?) ?(MB|GB|MiB|GiB)$/;

/** Bytes of an amount that matches `bytesPattern`. */
export function parseBytes(text: string): number {
  const [, amount, unit] = bytesPattern.exec(text)!;
  return Number(amount) * units[unit!]!;
}

/** `12.3 GB`, `45 MB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
