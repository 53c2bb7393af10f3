import { join, resolve } from "node:path";
import {
  inject,
  injectable,
  rarlError,
  tokens,
  type BackboneLoader,
  type RandomStream,
  type TextTokenizer,
} from "@rarl-sdk/core";
import { openCheckpoint } from "@rarl-sdk/nn";
import { Qwen2VLBackbone } from "./backbone.js";
import { readQwen2VLConfig } from "./config/read-config.js";
import { buildModel } from "./model/build-model.js";
import { ParameterStore } from "./model/parameter-store.js";
import type { Qwen2VLOptions } from "./options.js";
import { readImageProcessorConfig } from "./processing/image-processor-config.js";
import { PromptEncoder } from "./prompt-encoder.js";
import { ChatTemplate } from "./tokenizer/chat-template.js";
import { loadTokenizer } from "./tokenizer/qwen-tokenizer.js";

/** Opens a Qwen2-VL checkpoint in the Hugging Face layout. */
@injectable()
export class Qwen2VLLoader implements BackboneLoader {
  constructor(
    @inject(tokens.options) private readonly options: Qwen2VLOptions,
    @inject(tokens.baseDirectory) private readonly baseDirectory: string,
    @inject(tokens.cacheDirectory) private readonly cacheDirectory: string,
  ) {}

  async openTokenizer(): Promise<TextTokenizer> {
    const tokenizer = await loadTokenizer(resolve(this.baseDirectory, this.options.path));
    return { tokenize: (text) => tokenizer.encode(text) };
  }

  async open({
    signal,
  }: {
    readonly random: RandomStream;
    readonly signal?: AbortSignal;
  }): Promise<Qwen2VLBackbone> {
    const { options } = this;
    const directory = resolve(this.baseDirectory, options.path);
    const config = await readQwen2VLConfig(directory);
    const tokenizer = await loadTokenizer(directory);
    const template = await ChatTemplate.load(directory);
    const imageProcessor = await readImageProcessorConfig(directory, {
      minPixels: options.minPixels,
      maxPixels: options.maxPixels,
    });
    if (tokenizer.vocabSize > config.text.vocabSize) {
      throw rarlError("TOKENIZER_MISMATCH", {
        directory,
        tokens: tokenizer.vocabSize,
        rows: config.text.vocabSize,
      });
    }
    const checkpoint = await openCheckpoint(directory);
    const store = new ParameterStore(checkpoint, directory, options.train);
    try {
      const modules = await buildModel(config, store, signal);
      const fingerprint = await checkpoint.fingerprint();
      return new Qwen2VLBackbone({
        directory,
        fingerprint,
        config,
        modules,
        store,
        encoder: new PromptEncoder(config, tokenizer, template, imageProcessor),
        scope: options.train,
        recompute: options.recompute,
        plainForm: options.plainForm,
        imageCache: {
          memoryBytes: options.imageCacheMegabytes * 2 ** 20,
          diskBytes: options.imageCacheDiskMegabytes * 2 ** 20,
          directory: join(this.cacheDirectory, "image-embeddings"),
        },
      });
    } catch (error) {
      store.dispose();
      throw error;
    } finally {
      await checkpoint.close();
    }
  }
}
