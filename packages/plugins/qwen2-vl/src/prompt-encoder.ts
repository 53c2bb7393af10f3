import { isRarlError, rarlError, type Prompt } from "@rarl-sdk/core";
import type { Qwen2VLConfig } from "./config/qwen2-vl-config.js";
import type { PromptImage, Qwen2VLPrompt } from "./model/prompt.js";
import { ropePositions } from "./positions/rope-positions.js";
import type { ImageProcessorConfig } from "./processing/image-processor-config.js";
import { processImage } from "./processing/process-image.js";
import { expandImagePads, renderPrompt } from "./tokenizer/render-prompt.js";
import type { ChatTemplate } from "./tokenizer/chat-template.js";
import type { QwenTokenizer } from "./tokenizer/qwen-tokenizer.js";

/** Prompts to token ids, positions and pixels. */
export class PromptEncoder {
  constructor(
    private readonly config: Qwen2VLConfig,
    readonly tokenizer: QwenTokenizer,
    private readonly template: ChatTemplate,
    private readonly imageProcessor: ImageProcessorConfig,
  ) {}

  /** @throws RarlError `PROMPT_TOO_LONG`, `IMAGE_MISSING`, `IMAGE_UNREADABLE`, each with the prompt's sample */
  async encode(prompt: Prompt): Promise<Qwen2VLPrompt> {
    try {
      return await this.encodeUnnamed(prompt);
    } catch (error) {
      if (isRarlError(error) && prompt.sampleId !== undefined) error.within(`sample ${prompt.sampleId}`);
      throw error;
    }
  }

  private async encodeUnnamed(prompt: Prompt): Promise<Qwen2VLPrompt> {
    const { tokenIds: special, text, vision } = this.config;
    const images: PromptImage[] = [];
    for (const source of prompt.images) images.push(await processImage(source, this.imageProcessor));
    const merge = vision.spatialMergeSize;
    const counts = images.map(({ grid: [frames, height, width] }) => (frames * height * width) / merge ** 2);
    const rendered = renderPrompt(prompt, this.template);
    const tokenIds = this.tokenizer.encode(expandImagePads(rendered, counts));
    // Never cut: a prompt without all of its image rows would be another prompt.
    if (tokenIds.length >= text.maxPositions) {
      throw rarlError("PROMPT_TOO_LONG", {
        tokens: tokenIds.length,
        limit: text.maxPositions,
        prompt: prompt.text.slice(0, 80),
        sample: prompt.sampleId,
      });
    }
    const { positions, delta } = ropePositions(
      tokenIds,
      images.map(({ grid }) => grid),
      { imageId: special.image, videoId: special.video, merge },
    );
    return {
      tokenIds,
      imageTokens: counts.reduce((sum, count) => sum + count, 0),
      positions,
      nextPosition: tokenIds.length + delta,
      images,
    };
  }
}
