import type { DependencyContainer } from "tsyringe";
import { rarlError } from "../errors/rarl-error.js";
import { isRarlError, reasonOf } from "../errors/to-rarl-error.js";
import type { ComponentClass } from "./define-plugin.js";
import type { RegisteredComponent } from "./component-registry.js";
import { tokens } from "./tokens.js";

/** Key under which tsyringe's `inject` keeps the tokens of a class, by parameter position. */
const injectedTokens = "injectionTokens";

function tokensOf(component: object): Readonly<Record<number, unknown>> {
  return (Reflect.getOwnMetadata(injectedTokens, component) ?? {}) as Readonly<Record<number, unknown>>;
}

/**
 * Looks when a class is registered whether the container will be able to make it.
 * @throws RarlError `COMPONENT_NOT_INJECTABLE`
 */
export function checkInjectable(component: ComponentClass<unknown>, plugin: string): void {
  const refuse = (reason: string) =>
    rarlError("COMPONENT_NOT_INJECTABLE", { component: component.name, plugin, reason });
  const injected = tokensOf(component);
  for (let position = 0; position < component.length; position++) {
    if (injected[position] === undefined)
      throw refuse(`parameter ${position + 1} of its constructor has no @inject(…)`);
  }
  const parent: unknown = Object.getPrototypeOf(component);
  // An inherited constructor shows no parameters, and decorators of the parent class do not count for the child.
  if (
    component.length === 0 &&
    Object.keys(injected).length === 0 &&
    typeof parent === "function" &&
    parent.length > 0
  ) {
    throw refuse(
      `its parent class ${parent.name} has constructor parameters; repeat the constructor with its @inject(…)`,
    );
  }
}

/**
 * Makes a component: a class through a child of the run's container in which its options stand under
 * `tokens.options`, a factory by calling it with them.
 * @throws RarlError `COMPONENT_FAILED`, `COMPONENT_NOT_INJECTABLE`, or what the component threw of the catalogue
 */
export function constructComponent(
  registered: RegisteredComponent,
  options: unknown,
  container: DependencyContainer,
): unknown {
  const { kind, name, plugin } = registered;
  const child = container.createChildContainer();
  child.register(tokens.options, { useValue: options });
  try {
    return "factory" in registered
      ? registered.factory(options as never, child)
      : child.resolve(registered.component);
  } catch (error) {
    if (isRarlError(error)) throw error.within(`"${name}" (${kind}) of plugin ${plugin}`);
    if (
      "component" in registered &&
      error instanceof Error &&
      error.message.startsWith("TypeInfo not known for")
    ) {
      const reason = "it has constructor parameters but no @injectable()";
      throw rarlError(
        "COMPONENT_NOT_INJECTABLE",
        { component: registered.component.name, plugin, reason },
        { cause: error },
      );
    }
    throw rarlError("COMPONENT_FAILED", { kind, name, plugin, reason: reasonOf(error) }, { cause: error });
  }
}
