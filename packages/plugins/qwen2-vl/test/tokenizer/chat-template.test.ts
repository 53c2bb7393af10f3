import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { ChatTemplate, type ChatMessage } from "../../src/tokenizer/chat-template.js";
import { defaultChatTemplate } from "../../src/tokenizer/default-chat-template.js";
import { fixture, readFixture, rejection, withFolder } from "../fixtures/support.js";

interface Case {
  messages: ChatMessage[];
  addGenerationPrompt: boolean;
  addVisionId: boolean;
  rendered: string;
}

const { cases } = (await readFixture("chat.json")) as { cases: Case[] };
const hello: ChatMessage[] = [{ role: "user", content: "Hello" }];
const render = async (directory: string): Promise<string> =>
  (await ChatTemplate.load(directory)).render(hello);

describe("ChatTemplate", () => {
  it("renders the default template as transformers 5.18 does", async () => {
    expect(await readFile(fixture("chat_template.jinja"), "utf8")).to.equal(defaultChatTemplate);
    const template = await withFolder({ "chat_template.jinja": defaultChatTemplate }, (directory) =>
      ChatTemplate.load(directory),
    );
    expect(cases.length).to.be.at.least(70);
    for (const { messages, rendered, ...options } of cases) {
      expect(template.render(messages, options), JSON.stringify(messages)).to.equal(rendered);
    }
  });

  it("writes the example of the chat format", () => {
    const template = new ChatTemplate({ file: "default", text: defaultChatTemplate, specialTokens: {} });
    const messages: ChatMessage[] = [
      { role: "user", content: [{ type: "image" }, { type: "text", text: "What kind of dog is this?" }] },
    ];
    expect(template.render(messages, { addGenerationPrompt: true })).to.equal(
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n" +
        "<|vision_start|><|image_pad|><|vision_end|>What kind of dog is this?<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("drops the line of a block and its indentation", () => {
    const text =
      "{% for turn in messages %}\n  {% if true %}\n{{ turn.role }}\n    {% endif %}\n{% endfor %}\n";
    expect(new ChatTemplate({ file: "x", text, specialTokens: {} }).render(hello)).to.equal("user\n");
  });

  it("finds the template wherever a version of transformers puts it, the newest place first", async () => {
    const named = [
      { name: "tools", template: "tools" },
      { name: "default", template: "config" },
    ];
    const all = {
      "chat_template.jinja": "jinja",
      "chat_template.json": { chat_template: "json" },
      "tokenizer_config.json": { chat_template: named },
      "processor_config.json": { chat_template: "processor" },
    };
    const order = ["jinja", "json", "config", "processor"];
    for (const [first, expected] of order.entries()) {
      const files = Object.fromEntries(Object.entries(all).slice(first));
      expect(await withFolder(files, render)).to.equal(expected);
    }
    const plain = { "tokenizer_config.json": { chat_template: "string" } };
    expect(await withFolder(plain, render)).to.equal("string");
  });

  it("gives the template the special tokens of the tokenizer", async () => {
    const files = {
      "chat_template.jinja": "{{ eos_token }}|{{ pad_token }}|{{ bos_token }}",
      "tokenizer_config.json": { eos_token: "<e>", pad_token: { content: "<p>" }, bos_token: null },
    };
    expect(await withFolder(files, render)).to.equal("<e>|<p>|");
  });

  it("says where it looked when there is none", async () => {
    const error = await rejection(
      withFolder({ "tokenizer_config.json": {} }, (directory) => ChatTemplate.load(directory)),
    );
    expect(error.code).to.equal("CHAT_TEMPLATE_MISSING");
    expect(error.message).to.include("chat_template.jinja").and.include("tokenizer_config.json");
  });

  it("names the file of a template that does not parse or that refuses the messages", async () => {
    const broken = await rejection(withFolder({ "chat_template.jinja": "{% if %}" }, render));
    expect(broken.code).to.equal("CHAT_TEMPLATE_INVALID");
    expect(broken.message).to.include("chat_template.jinja");
    const refusal = "{{ raise_exception('no such role') }}";
    const refused = await rejection(withFolder({ "chat_template.jinja": refusal }, render));
    expect(refused.code).to.equal("CHAT_TEMPLATE_INVALID");
    expect(refused.message).to.include("no such role");
  });
});
