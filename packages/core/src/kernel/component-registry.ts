import type { DependencyContainer } from "tsyringe";
import { z } from "zod";
import { didYouMean } from "../errors/did-you-mean.js";
import { rarlError } from "../errors/rarl-error.js";
import { componentKinds, reservedKeys } from "./component-kinds.js";
import { checkInjectable } from "./construct-component.js";
import type { ComponentClass, ComponentInfo, ComponentKind, Registry } from "./define-plugin.js";
import type { ComponentListing } from "./kernel.js";

/** How a component is made, with what its plugin said about it. */
export type RegisteredComponent = ComponentListing &
  (
    | { readonly component: ComponentClass<unknown> }
    | { readonly factory: (options: never, container: DependencyContainer) => unknown }
  );

/** The components of one kind, of all plugins, by name. */
export class ComponentRegistry {
  private readonly components = new Map<string, RegisteredComponent>();

  constructor(private readonly kind: ComponentKind) {}

  list(): readonly RegisteredComponent[] {
    return [...this.components.values()];
  }

  has(name: string): boolean {
    return this.components.has(name);
  }

  /** @throws RarlError `COMPONENT_UNKNOWN` */
  get(name: string): RegisteredComponent {
    const found = this.components.get(name);
    if (found) return found;
    const known = [...this.components.keys()];
    throw rarlError("COMPONENT_UNKNOWN", {
      where: null,
      kind: componentKinds[this.kind].label,
      name,
      suggestion: didYouMean(name, known),
      known,
    });
  }

  /** The registry that `plugin` writes into. */
  ownedBy(plugin: string): Registry<never> {
    const listing = (name: string, info: ComponentInfo | undefined): ComponentListing => {
      // Only a plugin that no compiler has checked gets here without.
      if (info === undefined)
        throw new TypeError(
          `"${name}" of ${this.kind} is registered without its third argument, { description }`,
        );
      return {
        kind: this.kind,
        name,
        plugin,
        description: info.description,
        optionsSchema: (info.options ?? z.strictObject({})).strict(),
        sendsTo: info.sendsTo ?? null,
        uses: info.uses ?? null,
      };
    };
    return Object.freeze({
      add: (name: string, component: ComponentClass<unknown>, info: ComponentInfo) => {
        checkInjectable(component, plugin);
        this.register({ ...listing(name, info), component });
      },
      addFactory: (
        name: string,
        factory: (options: never, container: DependencyContainer) => unknown,
        info: ComponentInfo,
      ) => {
        this.register({ ...listing(name, info), factory });
      },
    });
  }

  private register(added: RegisteredComponent): void {
    const { kind, name, plugin } = added;
    const other = this.components.get(name);
    if (other) throw rarlError("COMPONENT_DUPLICATE", { kind, name, plugin, other: other.plugin });
    for (const option of reservedKeys(kind)) {
      if (option in added.optionsSchema.shape)
        throw rarlError("COMPONENT_OPTION_RESERVED", { kind, name, plugin, option });
    }
    this.components.set(name, added);
  }
}
