import { rarlError } from "../errors/rarl-error.js";
import { isRarlError, reasonOf } from "../errors/to-rarl-error.js";
import { hookEntries, isWaterfall, ownerOf, type AnyTap } from "./any-hook.js";
import type { RunHooks } from "./run-hooks.js";
import { slowTapClock, type SlowTapClock, type SlowTapWatch } from "./slow-taps.js";

interface Place {
  readonly plugin: string;
  readonly tap: string;
  readonly hook: string;
}

/**
 * What to throw when a tap has thrown. Errors of the catalogue already say what is wrong and keep doing so, with the
 * place noted; an abort is no failure of the tap.
 */
function tapError(thrown: unknown, place: Place): unknown {
  if (isRarlError(thrown))
    return thrown.within(`tap "${place.tap}" of plugin ${place.plugin} on hook ${place.hook}`);
  if (thrown instanceof Error && thrown.name === "AbortError") return thrown;
  return rarlError("HOOK_TAP_FAILED", { ...place, reason: reasonOf(thrown) }, { cause: thrown });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** The tap's function, so that its errors say where they come from and a waterfall's value cannot be lost. */
function guard(tap: AnyTap, place: Place, waterfall: boolean, startClock: SlowTapClock | null): AnyTap["fn"] {
  const checked = (value: unknown) => {
    if (waterfall && value === undefined) throw rarlError("HOOK_WATERFALL_EMPTY", place);
    return value;
  };
  switch (tap.type) {
    case "sync":
      return (...values) => {
        let value: unknown;
        try {
          value = tap.fn(...values);
        } catch (error) {
          throw tapError(error, place);
        }
        if (isPromiseLike(value)) {
          // Its own error would end the process as an unhandled rejection, before this one is seen.
          value.then(undefined, () => undefined);
          throw rarlError("HOOK_TAP_NOT_AWAITED", place);
        }
        return checked(value);
      };
    case "promise":
      return async (...values) => {
        const stopClock = startClock?.(place);
        try {
          return checked(await tap.fn(...values));
        } catch (error) {
          throw tapError(error, place);
        } finally {
          stopClock?.();
        }
      };
    case "async":
      return (...values) => {
        const callback = values.pop() as (error: unknown, value?: unknown) => void;
        const stopClock = startClock?.(place);
        let isSettled = false;
        const settle = (error: unknown, value?: unknown) => {
          if (isSettled) return;
          isSettled = true;
          stopClock?.();
          if (error) callback(tapError(error, place));
          else if (waterfall && value === undefined) callback(rarlError("HOOK_WATERFALL_EMPTY", place));
          else callback(null, value);
        };
        try {
          tap.fn(...values, settle);
        } catch (error) {
          settle(error);
        }
      };
  }
}

/**
 * Checks and wraps every tap that is put on `hooks` from now on: a name stands once on a hook, errors name plugin,
 * tap and hook, a waterfall tap must return a value, and slow taps are reported when `watch` is given.
 * Adding a tap throws RarlError `HOOK_TAP_DUPLICATE`; calling a hook may throw `HOOK_TAP_FAILED`,
 * `HOOK_WATERFALL_EMPTY` and `HOOK_TAP_NOT_AWAITED`.
 */
export function guardHooks(hooks: RunHooks, watch?: SlowTapWatch): void {
  const startClock = watch === undefined ? null : slowTapClock(watch);
  for (const [name, hook] of hookEntries(hooks)) {
    hook.intercept({
      register: (tap) => {
        const place = { plugin: ownerOf(tap), tap: tap.name, hook: name };
        const namesake = hook.taps.find((other) => other.name === tap.name);
        if (namesake) throw rarlError("HOOK_TAP_DUPLICATE", { ...place, other: ownerOf(namesake) });
        return { ...tap, fn: guard(tap, place, isWaterfall(hook), startClock) };
      },
    });
  }
}
