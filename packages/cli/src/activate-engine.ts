import { isRarlError, rarlError, type EngineOptions, type Kernel, type TensorEngine } from "@rarl-sdk/core";

export interface EngineRequest extends EngineOptions {
  /** `auto` takes the available engine of the highest priority. */
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * Makes an engine of the kernel TensorFlow.js's current backend.
 * @throws RarlError `COMPONENT_UNKNOWN`, `ENGINE_UNAVAILABLE`, `ENGINE_NONE`
 */
export async function activateEngine(
  kernel: Kernel,
  { name, options = {}, device, threads, weights }: EngineRequest,
): Promise<{ readonly engine: TensorEngine; readonly device: string }> {
  const isChosen = name !== "auto";
  const engines = isChosen ? [kernel.create("engines", name, options)] : enginesByPriority(kernel);
  const reasons: string[] = [];
  for (const engine of engines) {
    const probe = await engine.probe();
    if (!probe.available) {
      const { reason, remedy } = probe;
      if (isChosen) throw rarlError("ENGINE_UNAVAILABLE", { engine: name, reason, remedy });
      reasons.push(`${engine.name}: ${reason}. ${remedy}`);
      continue;
    }
    try {
      return { engine, device: (await engine.activate({ device, threads, weights })).device };
    } catch (error) {
      if (isChosen || !isRarlError(error) || error.code !== "ENGINE_UNAVAILABLE") throw error;
      reasons.push(error.message);
    }
  }
  throw rarlError("ENGINE_NONE", { reasons });
}

/** Every registered engine, the likeliest first. */
export function enginesByPriority(kernel: Kernel): readonly TensorEngine[] {
  const engines = kernel.components("engines").map(({ name }) => kernel.create("engines", name));
  return engines.sort((a, b) => b.priority - a.priority);
}
