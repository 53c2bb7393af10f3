import { didYouMean } from "../errors/did-you-mean.js";
import { rarlError } from "../errors/rarl-error.js";
import { hookEntries, type AnyHook } from "./any-hook.js";
import type { RunHooks } from "./run-hooks.js";

type Callable = AnyHook & {
  withOptions(options: object): object;
  promise(...values: unknown[]): Promise<unknown>;
  callAsync(...values: unknown[]): void;
};

/** A hook whose new taps carry their owner, and which otherwise is the hook itself. */
function ownedHook(hook: Callable, plugin: string): object {
  return Object.freeze({
    ...hook.withOptions({ plugin }),
    promise: (...values: unknown[]) => hook.promise(...values),
    callAsync: (...values: unknown[]) => {
      hook.callAsync(...values);
    },
    get taps() {
      return hook.taps;
    },
  });
}

/**
 * The hooks as one plugin sees them: its taps are marked as its own, and asking for a hook that does not exist
 * throws RarlError `HOOK_UNKNOWN` instead of giving undefined.
 */
export function pluginHooks(hooks: RunHooks, plugin: string): RunHooks {
  const known = Object.keys(hooks);
  const owned = Object.fromEntries(
    hookEntries(hooks).map(([name, hook]) => [name, ownedHook(hook as Callable, plugin)]),
  );
  return new Proxy(Object.freeze(owned), {
    get: (target, name) => {
      // Symbols, Object.prototype, and what await and JSON look for by themselves.
      if (typeof name === "symbol" || name in target || name === "then" || name === "toJSON") {
        return Reflect.get(target, name) as unknown;
      }
      throw rarlError("HOOK_UNKNOWN", { plugin, hook: name, suggestion: didYouMean(name, known), known });
    },
  }) as unknown as RunHooks;
}
