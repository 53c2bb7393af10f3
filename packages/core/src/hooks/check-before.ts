import { didYouMean } from "../errors/did-you-mean.js";
import { rarlError } from "../errors/rarl-error.js";
import { hookEntries, ownerOf } from "./any-hook.js";
import type { RunHooks } from "./run-hooks.js";

/**
 * Looks whether every `before` names a tap of its hook. A tap may be put there before the one it names, so this can
 * only be said once all are in place.
 * @throws RarlError `HOOK_BEFORE_UNKNOWN`
 */
export function checkBefore(hooks: RunHooks): void {
  for (const [hook, { taps }] of hookEntries(hooks)) {
    for (const tap of taps) {
      const others = taps.map(({ name }) => name).filter((name) => name !== tap.name);
      for (const before of [tap.before ?? []].flat()) {
        if (others.includes(before)) continue;
        throw rarlError("HOOK_BEFORE_UNKNOWN", {
          plugin: ownerOf(tap),
          tap: tap.name,
          hook,
          before,
          suggestion: didYouMean(before, others),
          known: others,
        });
      }
    }
  }
}
