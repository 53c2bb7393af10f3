import type { Prompt } from "../contracts/prompt.js";
import type { RewardItem } from "../contracts/reward.js";
import type { Sample } from "../contracts/sample.js";
import { parseCompletion } from "../text/parse-completion.js";

/** A valid sample about one image; `changes` replace fields. The image file is named and does not exist. */
export function testSample(changes: Partial<Sample> = {}): Sample {
  return {
    id: "sample-1",
    images: [{ path: "image.png" }],
    question: "Is there a nodule in the left lung?",
    answer: "yes",
    reasoning: "The left lung shows one round opacity, which is a nodule.",
    kind: "closed",
    meta: { modality: "x-ray" },
    origin: { file: "test.jsonl", record: 1 },
    ...changes,
  };
}

/** A copy without the annotated reasoning. */
export function withoutReasoning(sample: Sample): Sample {
  const copy: { -readonly [Key in keyof Sample]: Sample[Key] } = { ...sample };
  delete copy.reasoning;
  return copy;
}

/** A prompt that asks the sample's question. */
export function testPrompt(sample: Sample, changes: Partial<Prompt> = {}): Prompt {
  return { style: "plain", template: "chat", text: sample.question, images: sample.images, ...changes };
}

export interface TestCompletion {
  readonly sample?: Sample;
  /** Text of the completion; its parsed form follows from it. */
  readonly text?: string;
  /** One an ASCII word by default. */
  readonly tokenIds?: readonly number[];
  readonly finishReason?: RewardItem["completion"]["finishReason"];
}

/** A completion to score, well formed and right by default. */
export function testRewardItem(completion: TestCompletion = {}): RewardItem {
  const { sample = testSample(), finishReason = "stop" } = completion;
  const { text = `<think>${sample.reasoning ?? "I looked."}</think><answer>${sample.answer}</answer>` } =
    completion;
  const words = text.split(/\s+/).filter((word) => word !== "");
  const { tokenIds = words.map((_, index) => index) } = completion;
  return {
    sample,
    prompt: testPrompt(sample),
    completion: { text, tokenIds, finishReason },
    parsed: parseCompletion(text),
  };
}
