import type { LoraOptions } from "./options.js";

/** Names or name endings of modules, or one regular expression over whole module paths. */
export type ModuleSelection = readonly string[] | string;

/** What an adapter is, apart from its values; the part of PEFT's configuration that matters here. */
export interface LoraStructure {
  readonly r: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly targets: ModuleSelection;
  readonly exclude: ModuleSelection | null;
  /** Pattern to rank; the first pattern that fits the end of a module's path counts. */
  readonly rankPattern: Readonly<Record<string, number>>;
  readonly alphaPattern: Readonly<Record<string, number>>;
  readonly useRslora: boolean;
}

/**
 * The attention projections of the language model. The vision tower of Qwen2-VL names its own `attn.qkv` and
 * `attn.proj`, so these endings never reach it.
 */
export const defaultStructure: LoraStructure = Object.freeze({
  r: 8,
  alpha: 16,
  dropout: 0,
  targets: ["q_proj", "k_proj", "v_proj", "o_proj"],
  exclude: null,
  rankPattern: {},
  alphaPattern: {},
  useRslora: false,
});

/** The structure that options ask for, above that of the adapter they start from. */
export function structureOf(options: LoraOptions, base: LoraStructure = defaultStructure): LoraStructure {
  return {
    r: options.r ?? base.r,
    alpha: options.alpha ?? base.alpha,
    dropout: options.dropout ?? base.dropout,
    targets: options.targets ?? base.targets,
    exclude: options.exclude ?? base.exclude,
    rankPattern: options.rankPattern ?? base.rankPattern,
    alphaPattern: options.alphaPattern ?? base.alphaPattern,
    useRslora: options.useRslora ?? base.useRslora,
  };
}

export function rankOf(structure: LoraStructure, modulePath: string): number {
  return patternValue(structure.rankPattern, modulePath) ?? structure.r;
}

/** The factor of the low-rank product: alpha / r, or alpha / sqrt(r) when rank-stabilised. */
export function scaleOf(structure: LoraStructure, modulePath: string): number {
  const rank = rankOf(structure, modulePath);
  const alpha = patternValue(structure.alphaPattern, modulePath) ?? structure.alpha;
  return alpha / (structure.useRslora ? Math.sqrt(rank) : rank);
}

/** A pattern fits a module when it matches the path's end, from a dot on (PEFT's `get_pattern_key`). */
function patternValue(patterns: Readonly<Record<string, number>>, modulePath: string): number | undefined {
  for (const [pattern, value] of Object.entries(patterns)) {
    if (new RegExp(`^(.*\\.)?(${pattern})$`).test(modulePath)) return value;
  }
  return undefined;
}
