import type { ComponentKind } from "../kernel/define-plugin.js";
import type { Kernel } from "../kernel/kernel.js";
import type { ConfigPath } from "./config-path.js";
import { explainIssues, nameIssue, type ConfigIssue } from "./explain-issues.js";

/**
 * What is wrong with the components that a component's own options choose, such as the judge of a reward. They are not
 * made before the run, so their options are checked here, with the rest of the configuration.
 * @param path where the options of the component stand
 */
export function useIssues(
  kernel: Kernel,
  kind: ComponentKind,
  { name, options }: { readonly name: string; readonly options: unknown },
  path: ConfigPath,
): readonly ConfigIssue[] {
  const listing = kernel.components(kind).find((one) => one.name === name);
  return (listing?.uses?.(options as never) ?? []).flatMap((use): readonly ConfigIssue[] => {
    const place = [...path, ...use.path];
    const known = kernel.components(use.kind);
    const used = known.find((one) => one.name === use.name);
    if (used === undefined) {
      const names = known.map((one) => one.name);
      // Listed as any problem: the error for unknown names reads the kind of component off the section.
      return [{ ...nameIssue([...place, "name"], use.name, names), kind: "invalid" }];
    }
    const parsed = explainIssues(used.optionsSchema, use.options);
    if (parsed.success) return useIssues(kernel, use.kind, { name: use.name, options: parsed.data }, place);
    return parsed.issues.map((issue) => ({ ...issue, path: [...place, ...issue.path] }));
  });
}
