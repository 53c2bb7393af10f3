/**
 * One name for a tensor whatever wrote the file: the original on-disk naming (`visual.…`, `model.layers.…`), which
 * released checkpoints and transformers' `save_pretrained` use.
 */
export function canonicalName(name: string): string {
  let canonical = name.startsWith("base_model.model.") ? name.slice("base_model.model.".length) : name;
  if (canonical.startsWith("model.visual.")) canonical = canonical.slice("model.".length);
  if (canonical.startsWith("model.language_model."))
    canonical = `model.${canonical.slice("model.language_model.".length)}`;
  if (canonical.startsWith("language_model."))
    canonical = `model.${canonical.slice("language_model.".length)}`;
  return canonical;
}

/** The module path in memory since transformers 4.52, by which adapters name layers. */
export function modulePath(canonical: string): string {
  if (canonical.startsWith("visual.")) return `model.${canonical}`;
  if (canonical.startsWith("model.")) return `model.language_model.${canonical.slice("model.".length)}`;
  return canonical;
}

/** Buffers that some files carry and that are computed here. */
export function isDerivedBuffer(canonical: string): boolean {
  return /(rotary_emb|rotary_pos_emb)\.inv_freq$/.test(canonical);
}
