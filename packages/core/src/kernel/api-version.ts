/** Version of the plugin interface that this core implements. */
export const apiVersion = "1.0";

/** Major and minor of `1.0` or `1.0.3`; null when it is no version. */
function parse(version: string): readonly [number, number] | null {
  const match = /^(\d+)\.(\d+)(?:\.\d+)?$/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

export function isApiVersion(version: string): boolean {
  return parse(version) !== null;
}

/** Same major, and a minor that is not newer than the host's: a plugin never expects what the host lacks. */
export function isCompatible(plugin: string, host: string = apiVersion): boolean {
  const wanted = parse(plugin);
  const offered = parse(host);
  return wanted !== null && offered !== null && wanted[0] === offered[0] && wanted[1] <= offered[1];
}
