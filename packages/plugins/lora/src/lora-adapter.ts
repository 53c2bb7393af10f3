import type { Adapter, AdaptableLinear, NamedVariable, RandomStream } from "@rarl-sdk/core";
import { transposeValues } from "@rarl-sdk/nn";
import { tensor2d, tidy, type Tensor2D, type Variable } from "@tensorflow/tfjs-core";
import { adapterKey, canonicalPath } from "./keys.js";
import { LoraLayer } from "./lora-layer.js";
import { saveAdapter, type SaveStyle } from "./save-adapter.js";
import { checkKeys, withSavedAdapter, type SavedAdapter } from "./saved-adapter.js";
import { rankOf, scaleOf, type LoraStructure } from "./structure.js";

/** LoRA on some linear layers of a frozen backbone: `y = base(x) + scale · x · A · B`. */
export class LoraAdapter implements Adapter {
  /** Named by their keys in a saved file, A before B, in the backbone's order of layers. */
  readonly variables: readonly NamedVariable[];
  private layers: readonly LoraLayer[];
  private disabledDepth = 0;

  constructor(
    linears: readonly AdaptableLinear[],
    private structure: LoraStructure,
    private readonly style: SaveStyle,
    random: RandomStream,
  ) {
    this.layers = linears.map((linear) => {
      const { name } = linear;
      const scale = scaleOf(structure, name);
      return new LoraLayer(
        linear,
        rankOf(structure, name),
        scale,
        structure.dropout,
        random.fork(canonicalPath(name)),
      );
    });
    this.variables = this.layers.flatMap(({ linear, a, b }) => [
      { name: adapterKey(linear.name, "A"), variable: a },
      { name: adapterKey(linear.name, "B"), variable: b },
    ]);
    this.install(true);
  }

  /** Calls may nest; the adapter is on again when the outermost has ended, also by an error or a rejection. */
  withDisabled<Result>(work: () => Result): Result {
    if (this.disabledDepth++ === 0) this.install(false);
    const restore = () => {
      if (--this.disabledDepth === 0) this.install(true);
    };
    let result: Result;
    try {
      result = work();
    } catch (error) {
      restore();
      throw error;
    }
    if (result instanceof Promise) return result.finally(restore) as Result;
    restore();
    return result;
  }

  async save(directory: string): Promise<void> {
    await saveAdapter(directory, this.layers, this.structure, this.style);
  }

  /**
   * Also takes over the saved scale (alpha, patterns, rank stabilisation). Nothing changes when it is refused.
   * @throws RarlError as `loadValues` does
   */
  async load(directory: string): Promise<void> {
    const { alpha, alphaPattern, rankPattern, r, useRslora } = await this.loadValues(directory);
    this.structure = { ...this.structure, alpha, alphaPattern, rankPattern, r, useRslora };
    for (const layer of this.layers) layer.scale = scaleOf(this.structure, layer.linear.name);
  }

  /**
   * Replaces the values alone and returns the saved structure.
   * @throws RarlError `ADAPTER_KEY_UNMATCHED`, `ADAPTER_UNSUPPORTED`, `ADAPTER_CONFIG_INVALID`,
   *   `ADAPTER_FILE_MISSING`, `TENSOR_SHAPE`, `SAFETENSORS_INVALID`
   */
  async loadValues(directory: string): Promise<LoraStructure> {
    return withSavedAdapter(directory, async (saved) => {
      checkKeys(saved, this.linears);
      const matrices: { variable: Variable; shape: [number, number]; values: Float32Array }[] = [];
      for (const { linear, rank, a, b } of this.layers) {
        const keys = saved.modules.get(canonicalPath(linear.name))!;
        matrices.push({ variable: a, ...(await readMatrix(saved, keys.A!, [rank, linear.inFeatures])) });
        matrices.push({ variable: b, ...(await readMatrix(saved, keys.B!, [linear.outFeatures, rank])) });
      }
      for (const { variable, shape, values } of matrices) {
        const [rows, columns] = shape;
        tidy(() => {
          variable.assign(tensor2d(transposeValues(values, rows, columns), [columns, rows]));
        });
      }
      return saved.structure;
    });
  }

  merge(): void {
    for (const layer of this.layers) {
      // Not inside a tidy: what the layer makes of the update must outlive it.
      const delta: Tensor2D = layer.delta();
      layer.linear.addToWeight(delta);
      delta.dispose();
    }
    this.dispose();
  }

  dispose(): void {
    this.install(false);
    for (const layer of this.layers) layer.dispose();
    this.layers = [];
  }

  /** The layers it is attached to. */
  get linears(): readonly AdaptableLinear[] {
    return this.layers.map(({ linear }) => linear);
  }

  private install(enabled: boolean): void {
    for (const layer of this.layers) layer.linear.adapt(enabled ? layer : null);
  }
}

async function readMatrix(saved: SavedAdapter, key: string, shape: [number, number]) {
  saved.weights.expectShape(key, shape);
  return { shape, values: await saved.weights.read(key) };
}
