import { Template } from "@huggingface/jinja";
import { rarlError } from "@rarl-sdk/core";
import { readChatTemplate, type StoredTemplate } from "./read-chat-template.js";

/** A part of a turn; images and videos are placeholders here. */
export type ContentPart =
  { readonly type: "image" } | { readonly type: "video" } | { readonly type: "text"; readonly text: string };

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

export interface RenderOptions {
  /** End with the opening of the assistant's turn; false by default. */
  readonly addGenerationPrompt?: boolean;
  /** Precede images by `Picture 1: ` and so on; false by default. */
  readonly addVisionId?: boolean;
}

/** A checkpoint's chat template; Jinja with `trim_blocks` and `lstrip_blocks`, as upstream renders it. */
export class ChatTemplate {
  private readonly template: Template;

  /** @throws RarlError `CHAT_TEMPLATE_INVALID` */
  constructor(private readonly stored: StoredTemplate) {
    try {
      this.template = new Template(stored.text);
    } catch (error) {
      throw this.invalid(error);
    }
  }

  /**
   * The template of a checkpoint folder: chat_template.jinja, chat_template.json, or a field of
   * tokenizer_config.json or processor_config.json.
   * @throws RarlError `CHAT_TEMPLATE_MISSING`, `CHAT_TEMPLATE_INVALID`, `CHECKPOINT_CONFIG_INVALID`
   */
  static async load(directory: string): Promise<ChatTemplate> {
    return new ChatTemplate(await readChatTemplate(directory));
  }

  /** @throws RarlError `CHAT_TEMPLATE_INVALID`, also when the template itself refuses the messages. */
  render(messages: readonly ChatMessage[], options: RenderOptions = {}): string {
    const { addGenerationPrompt = false, addVisionId = false } = options;
    try {
      return this.template.render({
        ...this.stored.specialTokens,
        messages,
        add_generation_prompt: addGenerationPrompt,
        add_vision_id: addVisionId,
      });
    } catch (error) {
      throw this.invalid(error);
    }
  }

  private invalid(error: unknown): Error {
    const problem = error instanceof Error ? error.message : String(error);
    return rarlError("CHAT_TEMPLATE_INVALID", { file: this.stored.file, problem }, { cause: error });
  }
}
