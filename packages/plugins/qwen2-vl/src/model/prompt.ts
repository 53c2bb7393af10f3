import type { EncodedPrompt } from "@rarl-sdk/core";
import type { ImagePatches } from "./vision-tower.js";

/** An image of an encoded prompt. */
export interface PromptImage extends ImagePatches {
  /** Hash of decoded pixels and preprocessing; the key of the embedding cache. */
  readonly contentHash: string;
}

/** What `Qwen2VLBackbone.encode` makes. */
export interface Qwen2VLPrompt extends EncodedPrompt {
  /** `[3 · tokens]`, time then height then width. */
  readonly positions: Int32Array;
  /** Position, on all axes, of the first generated token. */
  readonly nextPosition: number;
  readonly images: readonly PromptImage[];
}
