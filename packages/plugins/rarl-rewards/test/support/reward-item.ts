import { parseCompletion, type RewardItem, type Sample } from "@rarl-sdk/core";

/** A reward item for a completion's text; one token id a word unless given. */
export function rewardItem(
  text: string,
  sample: Partial<Sample> = {},
  tokenIds?: readonly number[],
): RewardItem {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return {
    sample: {
      id: "s1",
      images: [],
      question: "Is the lung healthy?",
      answer: "yes",
      kind: "closed",
      meta: {},
      origin: { file: "train.jsonl", record: 7 },
      ...sample,
    },
    prompt: { style: "short-form", template: "chat", text: "", images: [] },
    completion: { text, tokenIds: tokenIds ?? words.map((_, index) => index), finishReason: "stop" },
    parsed: parseCompletion(text),
  };
}

/** A completion in full format. */
export function completion(answer: string, think = "The lung is clear."): string {
  return `<think> ${think} </think> <answer> ${answer} </answer>`;
}

export const running = new AbortController().signal;
