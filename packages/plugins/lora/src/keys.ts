/** Naming of saved files: `new` follows transformers since 4.52, `old` what was before. */
export type KeyStyle = "new" | "old";

const prefix = "base_model.model.";

/**
 * One name for a module in whichever style it is written: the older one, without `language_model` and with a bare
 * `visual`.
 */
export function canonicalPath(modulePath: string): string {
  let path = modulePath.startsWith(prefix) ? modulePath.slice(prefix.length) : modulePath;
  path = path.replace(/^model\.visual\./, "visual.").replace(/^model\.language_model\./, "model.");
  return path.replace(/^language_model\./, "model.");
}

/** The key of one of a module's two matrices, as PEFT saves it. */
export function adapterKey(modulePath: string, matrix: "A" | "B", style: KeyStyle = "new"): string {
  return `${prefix}${style === "new" ? modulePath : canonicalPath(modulePath)}.lora_${matrix}.weight`;
}

/** Canonical module path and matrix of a saved key; null for a key of another form. */
export function parseAdapterKey(key: string): { readonly path: string; readonly matrix: "A" | "B" } | null {
  const match = /^(.+)\.lora_([AB])\.weight$/.exec(key);
  if (match === null || !key.startsWith(prefix)) return null;
  return { path: canonicalPath(match[1]!), matrix: match[2] as "A" | "B" };
}
