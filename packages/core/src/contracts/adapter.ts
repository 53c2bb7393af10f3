import type { Backbone, NamedVariable } from "./backbone.js";
import type { RandomStream } from "../random/random-stream.js";

/** Makes adapters; one is chosen per run. */
export interface AdapterFactory {
  /**
   * Attaches an adapter to `backbone`; initial values come from `random`, or from files that its options name.
   * @throws RarlError `ADAPTER_TARGET_UNMATCHED`, and what `Adapter.load` throws; nothing is attached then.
   */
  attach(backbone: Backbone, random: RandomStream): Adapter | Promise<Adapter>;
}

/** A small set of trainable weights beside a frozen backbone. */
export interface Adapter {
  /** The trainable variables, in a stable order. */
  readonly variables: readonly NamedVariable[];
  /** Runs `work` with the adapter off: the backbone is then the reference policy. Restores it on errors too. */
  withDisabled<Result>(work: () => Result): Result;
  /** Writes the adapter's files into the existing directory `directory`. */
  save(directory: string): Promise<void>;
  /**
   * Replaces the variables' values by those of a saved adapter.
   * @throws RarlError `ADAPTER_KEY_UNMATCHED`, `ADAPTER_UNSUPPORTED`, `TENSOR_SHAPE`
   */
  load(directory: string): Promise<void>;
  /** Adds the adapter to the backbone's weights for good and detaches it. */
  merge(): void;
  /** Detaches the adapter and frees its tensors. */
  dispose(): void;
}
