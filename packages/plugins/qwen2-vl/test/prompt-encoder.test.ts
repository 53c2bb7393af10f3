import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Prompt, RarlError } from "@rarl-sdk/core";
import { expect } from "chai";
import { readQwen2VLConfig } from "../src/config/read-config.js";
import { readImageProcessorConfig } from "../src/processing/image-processor-config.js";
import { PromptEncoder } from "../src/prompt-encoder.js";
import { ChatTemplate } from "../src/tokenizer/chat-template.js";
import { loadTokenizer } from "../src/tokenizer/qwen-tokenizer.js";

const checkpoint = fileURLToPath(new URL("fixtures/checkpoints/nested", import.meta.url));
const image = { path: join(checkpoint, "../image.png") };
const prompt: Prompt = { style: "test", template: "chat", text: "Hi", images: [image] };

describe("PromptEncoder", () => {
  let encoder: PromptEncoder;
  let limit: number;
  before(async () => {
    const config = await readQwen2VLConfig(checkpoint);
    limit = config.text.maxPositions;
    encoder = new PromptEncoder(
      config,
      await loadTokenizer(checkpoint),
      await ChatTemplate.load(checkpoint),
      await readImageProcessorConfig(checkpoint),
    );
  });

  const failureOf = (changes: Partial<Prompt>) =>
    encoder.encode({ ...prompt, ...changes }).then(
      () => null,
      (error: unknown) => error as RarlError,
    );

  it("leaves room for one token and refuses the next, naming the sample", async () => {
    const overhead = (await encoder.encode({ ...prompt, text: "" })).tokenIds.length;
    // Digits are one token each.
    const text = "1".repeat(limit - 1 - overhead);
    expect((await encoder.encode({ ...prompt, text })).tokenIds).to.have.length(limit - 1);
    const failure = await failureOf({ text: `${text}1`, sampleId: "r7" });
    expect(failure?.code).to.equal("PROMPT_TOO_LONG");
    expect(failure?.details).to.include({ tokens: limit, limit, sample: "r7" });
    expect(failure?.message).to.include("sample r7");
  });

  it("names the sample of an image that cannot be read", async () => {
    const images = [{ path: join(checkpoint, "lost.png") }];
    const failure = await failureOf({ images, sampleId: "r7" });
    expect(failure?.code).to.equal("IMAGE_MISSING");
    expect(failure?.trail).to.deep.equal(["sample r7"]);
    expect((await failureOf({ images }))?.trail).to.deep.equal([]);
  });
});
