import type { CompletionGroup, RandomStream, SamplingOptions } from "@rarl-sdk/core";
import type { Qwen2VLPrompt } from "./model/prompt.js";
import type { SampledTokens } from "./sampling/growing.js";
import type { SamplingModel } from "./sampling/prefill.js";
import { sampleCompletions } from "./sampling/sample-completions.js";

/**
 * The textbook's way, for checking that efficiency changes no results: every completion with a prompt of its own, and
 * every token from a pass over all that stands before it.
 */

/** Each completion in a group of its own, so that nothing is shared; tokens stay in order. */
export function unsharedGroups(groups: readonly CompletionGroup[]): CompletionGroup[] {
  return groups.flatMap(({ prompt, completions }) =>
    completions.map((completion) => ({ prompt, completions: [completion] })),
  );
}

/** As `sampleCompletions`, without keys and values of earlier tokens: each token is the first after a longer prompt. */
export async function samplePlainly(
  backbone: SamplingModel,
  prompts: readonly Qwen2VLPrompt[],
  options: SamplingOptions,
  random: RandomStream,
  signal?: AbortSignal,
): Promise<readonly (readonly SampledTokens[])[]> {
  const all: SampledTokens[][] = [];
  for (const [promptIndex, prompt] of prompts.entries()) {
    const completions: SampledTokens[] = [];
    for (let index = 0; index < options.completions; index++) {
      const stream = onlyStream(random.fork(`${promptIndex}/${index}`));
      completions.push(await growPlainly(backbone, prompt, options, stream, signal));
    }
    all.push(completions);
  }
  return all;
}

async function growPlainly(
  backbone: SamplingModel,
  prompt: Qwen2VLPrompt,
  options: SamplingOptions,
  stream: RandomStream,
  signal?: AbortSignal,
): Promise<SampledTokens> {
  const tokenIds: number[] = [];
  const logProbs: number[] = [];
  const limit = Math.min(options.maxNewTokens, backbone.contextLength - prompt.tokenIds.length);
  const one = { ...options, completions: 1, maxNewTokens: 1 };
  for (;;) {
    const [[next]] = (await sampleCompletions(
      backbone,
      [extended(prompt, tokenIds)],
      one,
      stream,
      signal,
    )) as [[SampledTokens]];
    tokenIds.push(...next.tokenIds);
    logProbs.push(...next.logProbs);
    const finishReason = next.finishReason === "length" && tokenIds.length < limit ? null : next.finishReason;
    if (finishReason !== null) return { tokenIds, logProbs: Float32Array.from(logProbs), finishReason };
  }
}

/** The prompt with generated tokens at its end. */
function extended(prompt: Qwen2VLPrompt, tokenIds: readonly number[]): Qwen2VLPrompt {
  const length = prompt.tokenIds.length;
  const own = tokenIds.map((_, offset) => prompt.nextPosition + offset);
  const positions = [0, 1, 2].flatMap((axis) => [
    ...prompt.positions.subarray(axis * length, (axis + 1) * length),
    ...own,
  ]);
  return {
    ...prompt,
    tokenIds: [...prompt.tokenIds, ...tokenIds],
    positions: Int32Array.from(positions),
    nextPosition: prompt.nextPosition + tokenIds.length,
  };
}

/** A stream that goes on where it stands however it is forked: the draws of one completion, token after token. */
function onlyStream(stream: RandomStream): RandomStream {
  const same: RandomStream = {
    uniform: () => stream.uniform(),
    normal: () => stream.normal(),
    integer: (bound) => stream.integer(bound),
    shuffle: (items) => stream.shuffle(items),
    state: () => stream.state(),
    fork: () => same,
  };
  return same;
}
