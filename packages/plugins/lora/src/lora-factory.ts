import { resolve } from "node:path";
import {
  inject,
  injectable,
  tokens,
  type AdaptableLinear,
  type AdapterFactory,
  type Backbone,
  type RandomStream,
} from "@rarl-sdk/core";
import { canonicalPath } from "./keys.js";
import { LoraAdapter } from "./lora-adapter.js";
import type { LoraOptions } from "./options.js";
import { checkKeys, withSavedAdapter } from "./saved-adapter.js";
import { isSelected, selectLinears } from "./select-linears.js";
import { structureOf, type LoraStructure } from "./structure.js";

/** Attaches LoRA adapters, fresh ones or from a saved one. */
@injectable()
export class LoraFactory implements AdapterFactory {
  constructor(
    @inject(tokens.options) private readonly options: LoraOptions,
    @inject(tokens.baseDirectory) private readonly baseDirectory: string,
  ) {}

  attach(backbone: Pick<Backbone, "linears">, random: RandomStream): LoraAdapter | Promise<LoraAdapter> {
    const { from } = this.options;
    const linears = backbone.linears();
    if (from !== undefined) return this.attachSaved(linears, resolve(this.baseDirectory, from), random);
    const structure = structureOf(this.options);
    return this.create(selectLinears(linears, structure), structure, random);
  }

  private async attachSaved(
    linears: readonly AdaptableLinear[],
    directory: string,
    random: RandomStream,
  ): Promise<LoraAdapter> {
    const { structure, selected } = await withSavedAdapter(directory, async (saved) => {
      await Promise.resolve();
      const structure = structureOf(this.options, saved.structure);
      if (this.options.targets !== undefined || this.options.exclude !== undefined) {
        return { structure, selected: selectLinears(linears, structure) };
      }
      // The keys say which layers were adapted, whatever module names the trainer's version used.
      const selected = linears.filter(({ name }) => saved.modules.has(canonicalPath(name)));
      checkKeys(saved, selected);
      return { structure: withTargets(structure, linears, selected), selected };
    });
    const adapter = this.create(selected, structure, random);
    try {
      await adapter.loadValues(directory);
    } catch (error) {
      adapter.dispose();
      throw error;
    }
    return adapter;
  }

  private create(
    linears: readonly AdaptableLinear[],
    structure: LoraStructure,
    random: RandomStream,
  ): LoraAdapter {
    const { keyStyle, baseModelName = null } = this.options;
    return new LoraAdapter(linears, structure, { keyStyle, baseModelName }, random);
  }
}

/** The structure with its targets where they select exactly these layers here, or else with their paths. */
function withTargets(
  structure: LoraStructure,
  linears: readonly AdaptableLinear[],
  selected: readonly AdaptableLinear[],
): LoraStructure {
  const { targets, exclude } = structure;
  const chosen = new Set(selected);
  const agrees = linears.every(
    (linear) =>
      chosen.has(linear) ===
      (isSelected(targets, linear.name) && (exclude === null || !isSelected(exclude, linear.name))),
  );
  return agrees ? structure : { ...structure, targets: selected.map(({ name }) => name), exclude: null };
}
