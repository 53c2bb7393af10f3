import type { DependencyContainer } from "tsyringe";
import { rarlError, type RarlError } from "../errors/rarl-error.js";
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

/** tsyringe turns what an injected part threw into text, and drops the error itself. */
function wrappedFailure(error: unknown, failures: readonly RarlError[]): RarlError | undefined {
  const text = reasonOf(error);
  return failures.findLast(({ message }) => message !== "" && text.includes(message.split("\n", 1)[0]!));
}

/**
 * Makes a component: a class through a child of the run's container in which its options stand under
 * `tokens.options`, a factory by calling it with them. `failures` keeps what earlier calls of the same kernel threw.
 * @throws RarlError `COMPONENT_FAILED`, `COMPONENT_NOT_INJECTABLE`, or what the component threw of the catalogue
 */
export function constructComponent(
  registered: RegisteredComponent,
  options: unknown,
  container: DependencyContainer,
  failures: RarlError[],
): unknown {
  const child = container.createChildContainer();
  child.register(tokens.options, { useValue: options });
  try {
    return "factory" in registered
      ? registered.factory(options as never, child)
      : child.resolve(registered.component);
  } catch (error) {
    const failure = constructionError(error, registered, failures);
    failures.push(failure);
    throw failure;
  }
}

function constructionError(
  thrown: unknown,
  registered: RegisteredComponent,
  failures: readonly RarlError[],
): RarlError {
  const { kind, name, plugin } = registered;
  const known = isRarlError(thrown) ? thrown : wrappedFailure(thrown, failures);
  if (known) return known.within(`"${name}" (${kind}) of plugin ${plugin}`);
  const reason = reasonOf(thrown);
  if ("component" in registered && reason.startsWith("TypeInfo not known for")) {
    const missing = "it has constructor parameters but no @injectable()";
    const component = registered.component.name;
    return rarlError("COMPONENT_NOT_INJECTABLE", { component, plugin, reason: missing }, { cause: thrown });
  }
  return rarlError("COMPONENT_FAILED", { kind, name, plugin, reason }, { cause: thrown });
}
