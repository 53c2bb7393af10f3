import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  randomStream,
  tokens,
  type Adapter,
  type Backbone,
  type ComponentChoice,
  type Kernel,
} from "@rarl-sdk/core";
import { activateEngine, type EngineRequest } from "./activate-engine.js";

export interface ModelRequest {
  readonly kernel: Kernel;
  readonly engine: EngineRequest;
  readonly model: ComponentChoice;
  readonly adapter: (ComponentChoice & { readonly loadFrom?: string }) | null;
  readonly seed?: number;
}

export interface OpenedModel {
  readonly backbone: Backbone;
  readonly adapter: Adapter | null;
  readonly engine: { readonly name: string; readonly device: string };
  /** Frees the model. */
  dispose(): Promise<void>;
}

/**
 * A model outside a run: engine, backbone and adapter made by the kernel from their registered components.
 * @throws RarlError `ENGINE_UNAVAILABLE`, `ENGINE_NONE`, and what loading the model and the adapter throws
 */
export async function openModel(request: ModelRequest): Promise<OpenedModel> {
  const { kernel, model, adapter: adapterChoice, seed = 0 } = request;
  const random = randomStream(seed);
  // Outside a run there is no folder to keep derived files in.
  const cache = await mkdtemp(path.join(tmpdir(), "rarl-sdk-"));
  kernel.container.register(tokens.random, { useValue: random });
  kernel.container.register(tokens.cacheDirectory, { useValue: cache });
  const undo: (() => unknown)[] = [() => rm(cache, { recursive: true, force: true })];
  const dispose = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { engine, device } = await activateEngine(kernel, request.engine);
    undo.push(() => engine.dispose());
    const loader = kernel.create("backbones", model.name, model.options);
    const backbone = await loader.open({ random: random.fork("backbone") });
    undo.push(() => {
      backbone.dispose();
    });
    let adapter: Adapter | null = null;
    if (adapterChoice !== null) {
      const factory = kernel.create("adapters", adapterChoice.name, adapterChoice.options);
      const attached = await factory.attach(backbone, random.fork("adapter"));
      undo.push(() => {
        attached.dispose();
      });
      if (adapterChoice.loadFrom !== undefined) await attached.load(adapterChoice.loadFrom);
      adapter = attached;
    }
    return { backbone, adapter, engine: { name: engine.name, device }, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
