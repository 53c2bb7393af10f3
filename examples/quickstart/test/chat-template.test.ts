import { Template } from "@huggingface/jinja";
import { expect } from "chai";
import { chatTemplate } from "../make/chat-template.js";

describe("quickstart chat template", () => {
  const template = new Template(chatTemplate);

  it("renders a system turn, an image and a question", () => {
    const messages = [
      { role: "system", content: "Answer the question." },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "Which side has a nodule?" }] },
    ];
    expect(template.render({ messages, add_generation_prompt: true })).to.equal(
      "<|im_start|>system\nAnswer the question.<|im_end|>\n" +
        "<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>Which side has a nodule?<|im_end|>\n" +
        "<|im_start|>assistant\n",
    );
  });

  it("adds Qwen's system turn when there is none", () => {
    const messages = [{ role: "user", content: "Hello" }];
    expect(template.render({ messages, add_generation_prompt: false })).to.equal(
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n",
    );
  });
});
