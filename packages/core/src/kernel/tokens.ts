import type { InjectionToken } from "tsyringe";
import type { TextSimilarity } from "../contracts/text-similarity.js";
import type { RandomStream } from "../random/random-stream.js";
import type { ComponentFactory } from "./component-factory.js";

/** What a component may have injected. */
export interface Tokens {
  /** The component's own options, parsed by the schema it was registered with. */
  readonly options: InjectionToken<unknown>;
  /** Folder of the configuration file; relative paths in options start here. */
  readonly baseDirectory: InjectionToken<string>;
  /** Folder where derived files may be kept between runs, such as image embeddings. */
  readonly cacheDirectory: InjectionToken<string>;
  /** Folder of the run, or of the judging at hand, where a component may keep records; made by who first writes. */
  readonly recordDirectory: InjectionToken<string>;
  /** The run's measure of text similarity, chosen by `textSimilarity` in the configuration. */
  readonly textSimilarity: InjectionToken<TextSimilarity>;
  /** Makes further components by name, such as a judge that a reward's own options choose. */
  readonly components: InjectionToken<ComponentFactory>;
  /** The run's root random stream; fork it by purpose. */
  readonly random: InjectionToken<RandomStream>;
}

/**
 * Tokens of what a component may have injected. Interfaces do not exist at run time, so injection is by token:
 * `constructor(@inject(tokens.options) private readonly options: BleuOptions)`.
 * Global symbols, so that a second copy of this package means the same.
 */
export const tokens: Tokens = Object.freeze({
  options: Symbol.for("rarl-sdk.options"),
  baseDirectory: Symbol.for("rarl-sdk.baseDirectory"),
  cacheDirectory: Symbol.for("rarl-sdk.cacheDirectory"),
  recordDirectory: Symbol.for("rarl-sdk.recordDirectory"),
  textSimilarity: Symbol.for("rarl-sdk.textSimilarity"),
  components: Symbol.for("rarl-sdk.components"),
  random: Symbol.for("rarl-sdk.random"),
});
