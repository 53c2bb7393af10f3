import type { RandomStream, SamplingOptions } from "@rarl-sdk/core";
import { decodesOnEngine } from "@rarl-sdk/nn";
import type { Qwen2VLPrompt } from "../model/prompt.js";
import { EngineDecoder } from "./engine-decoder.js";
import { Growing, type SampledTokens } from "./growing.js";
import { HostDecoder } from "./host-decoder.js";
import type { SamplingModel } from "./prefill.js";

/**
 * Draws `options.completions` continuations of each prompt. The prompts run once, packed; their keys and values serve
 * all completions. Each completion has a random stream of its own, so what it draws does not depend on the batch.
 */
export async function sampleCompletions(
  backbone: SamplingModel,
  prompts: readonly Qwen2VLPrompt[],
  options: SamplingOptions,
  random: RandomStream,
  signal?: AbortSignal,
): Promise<readonly (readonly SampledTokens[])[]> {
  if (prompts.length === 0) return [];
  const { endTokenIds, contextLength } = backbone;
  const limits = { endTokenIds, contextLength, maxNewTokens: options.maxNewTokens };
  const growing = prompts.map((prompt, promptIndex) =>
    Array.from(
      { length: options.completions },
      (_, index) => new Growing(prompt, random.fork(`${promptIndex}/${index}`), limits),
    ),
  );
  const rule = { ...options, bannedIds: [...backbone.bannedIds, ...(options.bannedIds ?? [])] };
  // The penalty needs to know each token before the next is drawn.
  const onEngine = decodesOnEngine() && (options.repetitionPenalty ?? 1) === 1;
  const decoder = new (onEngine ? EngineDecoder : HostDecoder)(backbone, prompts, growing, rule);
  await decoder.run(signal);
  return growing.map((completions) => completions.map((completion) => completion.result()));
}
