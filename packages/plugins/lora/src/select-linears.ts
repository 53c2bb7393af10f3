import { didYouMean, rarlError, type AdaptableLinear } from "@rarl-sdk/core";
import type { LoraStructure, ModuleSelection } from "./structure.js";

/**
 * The layers that the structure's targets and exclusions select, in the backbone's order. A list matches whole module
 * paths or their ends, a string is a regular expression over whole paths, and `all-linear` is every layer.
 * @throws RarlError `ADAPTER_TARGET_UNMATCHED` for every target that matches nothing
 */
export function selectLinears(
  linears: readonly AdaptableLinear[],
  { targets, exclude }: Pick<LoraStructure, "targets" | "exclude">,
): AdaptableLinear[] {
  const alternatives = typeof targets === "string" ? [targets] : targets;
  const unmatched = alternatives.filter((target) => {
    const selection = typeof targets === "string" ? target : [target];
    return !linears.some(({ name }) => isSelected(selection, name));
  });
  if (unmatched.length > 0) throw unmatchedTargets(unmatched, linears);
  const selected = linears.filter(
    ({ name }) => isSelected(targets, name) && (exclude === null || !isSelected(exclude, name)),
  );
  if (selected.length === 0) throw unmatchedTargets(alternatives, linears);
  return selected;
}

/** Whether a selection covers the module with that path. */
export function isSelected(selection: ModuleSelection, modulePath: string): boolean {
  if (selection === "all-linear") return true;
  if (typeof selection === "string") return new RegExp(`^(?:${selection})$`).test(modulePath);
  return selection.some((name) => modulePath === name || modulePath.endsWith(`.${name}`));
}

function unmatchedTargets(targets: readonly string[], linears: readonly AdaptableLinear[]) {
  const known = [...new Set(linears.map(({ name }) => nameEnding(name)))];
  const suggestion = targets.map((target) => didYouMean(target, known)).find((each) => each !== null);
  return rarlError("ADAPTER_TARGET_UNMATCHED", { targets, known, didYouMean: suggestion ?? null });
}

/** The last part of a path, with the one before it where the last is only a number (`mlp.0`). */
function nameEnding(modulePath: string): string {
  const parts = modulePath.split(".");
  return parts.slice(/^\d+$/.test(parts.at(-1)!) ? -2 : -1).join(".");
}
