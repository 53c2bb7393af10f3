import type { ComponentFactory, ComponentKind, ComponentUse, Components } from "@rarl-sdk/core";
import { z } from "zod";

/** Another component that a reward's options choose: its name and its own options. */
export const componentSection = z.looseObject({ name: z.string().min(1) });

export type ComponentSection = z.output<typeof componentSection>;

export function createChosen<Kind extends ComponentKind>(
  components: ComponentFactory,
  kind: Kind,
  { name, ...options }: ComponentSection,
): Components[Kind] {
  return components.create(kind, name, options);
}

/** For the plugin's registration: which component stands under `option`, if any. */
export function usedComponent(
  kind: ComponentKind,
  option: string,
  section: ComponentSection | undefined,
): readonly ComponentUse[] {
  if (section === undefined) return [];
  const { name, ...options } = section;
  return [{ kind, name, options, path: [option] }];
}
