import assert from "node:assert/strict";
import type { PromptSet } from "../contracts/prompt-set.js";
import type { Sample } from "../contracts/sample.js";
import { isRarlError } from "../errors/to-rarl-error.js";
import { randomStream } from "../random/philox.js";
import { testSample, withoutReasoning } from "./builders.js";
import type { ConformanceCheck } from "./conformance.js";

function ordinarySamples(): Sample[] {
  return [
    testSample(),
    withoutReasoning(testSample({ id: "without-reasoning", images: [] })),
    testSample({ id: "two", images: [{ path: "a.png" }, { path: "b.png" }], kind: "open" }),
    testSample({ id: "choice", kind: "choice", answer: "CT", choices: ["CT", "MRI", "X-ray"] }),
  ];
}

/** What every prompt set must do. `makePromptSet` gives a fresh one for each check. */
export function promptSetConformance(
  makePromptSet: () => PromptSet | Promise<PromptSet>,
  { samples = ordinarySamples() }: { readonly samples?: readonly Sample[] } = {},
): readonly ConformanceCheck[] {
  return [
    {
      name: "has training and inference styles with names of their own",
      run: async () => {
        const { trainingStyles, inferenceStyles } = await makePromptSet();
        for (const styles of [trainingStyles, inferenceStyles]) {
          assert.ok(styles.length > 0, "a list of styles is empty");
          assert.equal(new Set(styles).size, styles.length, `styles repeat: ${styles.join(", ")}`);
        }
      },
    },
    {
      name: "writes training prompts of a listed style with the sample's question and images",
      run: async () => {
        const promptSet = await makePromptSet();
        for (const sample of samples) {
          for (let draw = 0; draw < 20; draw++) {
            const prompt = promptSet.train(sample, randomStream(draw));
            assert.ok(promptSet.trainingStyles.includes(prompt.style), `style ${prompt.style} is not listed`);
            assert.ok(
              prompt.text.includes(sample.question),
              `the question is not in the prompt of ${prompt.style}`,
            );
            assert.deepEqual(prompt.images, sample.images);
          }
        }
      },
    },
    {
      name: "draws the same training prompt from the same random stream",
      run: async () => {
        const promptSet = await makePromptSet();
        for (const sample of samples) {
          for (let seed = 0; seed < 5; seed++) {
            const [first, second] = [
              promptSet.train(sample, randomStream(seed)),
              promptSet.train(sample, randomStream(seed)),
            ];
            assert.deepEqual(second, first);
          }
        }
      },
    },
    {
      name: "writes a prompt in every inference style, always the same",
      run: async () => {
        const promptSet = await makePromptSet();
        for (const sample of samples) {
          for (const style of promptSet.inferenceStyles) {
            const prompt = promptSet.inference(style, sample);
            assert.equal(prompt.style, style);
            assert.ok(prompt.text.includes(sample.question), `the question is not in the prompt of ${style}`);
            assert.deepEqual(prompt.images, sample.images);
            assert.deepEqual(promptSet.inference(style, sample), prompt);
          }
        }
      },
    },
    {
      name: "refuses an unknown inference style by PROMPT_STYLE_UNKNOWN",
      run: async () => {
        const promptSet = await makePromptSet();
        assert.throws(
          () => promptSet.inference("no-such-style", testSample()),
          (error) => isRarlError(error) && error.code === "PROMPT_STYLE_UNKNOWN",
        );
      },
    },
    {
      name: "leaves the samples as they were",
      run: async () => {
        const promptSet = await makePromptSet();
        const before = structuredClone(samples);
        for (const sample of samples) {
          promptSet.train(sample, randomStream(1));
          for (const style of promptSet.inferenceStyles) promptSet.inference(style, sample);
        }
        assert.deepEqual(samples, before);
      },
    },
  ];
}
