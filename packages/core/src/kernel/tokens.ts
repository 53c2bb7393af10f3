import type { InjectionToken } from "tsyringe";
import type { TextSimilarity } from "../contracts/text-similarity.js";
import type { RandomStream } from "../random/random-stream.js";

/**
 * What a component may have injected. Interfaces do not exist at run time, so injection is by token:
 * `constructor(@inject(tokens.options) private readonly options: BleuOptions)`.
 */
export const tokens = Object.freeze({
  /** The component's own options, parsed by the schema it was registered with. */
  options: Symbol.for("rarl-sdk.options") as InjectionToken<unknown>,
  /** Folder of the configuration file; relative paths in options start here. */
  baseDirectory: Symbol.for("rarl-sdk.baseDirectory") as InjectionToken<string>,
  /** Folder where derived files may be kept between runs, such as image embeddings. */
  cacheDirectory: Symbol.for("rarl-sdk.cacheDirectory") as InjectionToken<string>,
  /** The run's measure of text similarity, chosen by `textSimilarity` in the configuration. */
  textSimilarity: Symbol.for("rarl-sdk.textSimilarity") as InjectionToken<TextSimilarity>,
  /** The run's root random stream; fork it by purpose. */
  random: Symbol.for("rarl-sdk.random") as InjectionToken<RandomStream>,
});
