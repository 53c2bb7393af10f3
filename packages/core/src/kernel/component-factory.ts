import type { ComponentKind, Components } from "./define-plugin.js";

/** Makes components for one that needs them, such as the judge or the similarity that a reward scores by. */
export interface ComponentFactory {
  /**
   * Makes a component from options that its schema checks.
   * @throws RarlError `COMPONENT_UNKNOWN`, `COMPONENT_OPTIONS`, `COMPONENT_FAILED`, `COMPONENT_NOT_INJECTABLE`
   */
  create<Kind extends ComponentKind>(kind: Kind, name: string, options?: unknown): Components[Kind];
}
