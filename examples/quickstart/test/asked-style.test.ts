import { join } from "node:path";
import { createKernel, randomStream, type PromptDraft, type Sample } from "@rarl-sdk/core";
import { expect } from "chai";

const quickstart = join(import.meta.dirname, "..");

function draft(purpose: PromptDraft["purpose"], meta: Sample["meta"]): PromptDraft {
  const sample: Sample = {
    id: "1",
    images: [],
    question: "Which side has a nodule?",
    answer: "left",
    kind: "closed",
    meta,
    origin: { file: "test.jsonl", record: 1 },
  };
  const style = purpose === "training" ? null : "plain";
  return { sample, purpose, style, random: randomStream(1), prompt: null };
}

describe("asked-style plugin", () => {
  it("asks held-out questions in their own style, before the prompt set writes the prompt", async () => {
    const kernel = await createKernel({
      builtins: [],
      plugins: ["./asked-style.mjs"],
      baseDirectory: quickstart,
    });
    const seen: (string | null)[] = [];
    // The stage at which the kernel puts prompt sets.
    kernel.hooks.prompt.tap({ name: "prompt-set", stage: -100 }, (given) => {
      seen.push(given.style);
      return given;
    });
    await kernel.hooks.prompt.promise(draft("evaluation", { style: "report" }));
    await kernel.hooks.prompt.promise(draft("evaluation", {}));
    await kernel.hooks.prompt.promise(draft("training", { style: "report" }));
    expect(seen).to.deep.equal(["report", "plain", null]);
  });
});
