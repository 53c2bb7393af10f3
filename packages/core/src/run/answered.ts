import { rarlError } from "../errors/rarl-error.js";
import type { HookName } from "../hooks/run-hooks.js";

/**
 * What the taps of a hook answered to a request.
 * @throws RarlError `HOOK_UNANSWERED`
 */
export function answered<Answer>(hook: HookName, request: string, answer: Answer | null | undefined): Answer {
  if (answer === undefined || answer === null) throw rarlError("HOOK_UNANSWERED", { hook, request });
  return answer;
}
