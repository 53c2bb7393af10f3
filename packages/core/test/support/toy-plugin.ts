import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import {
  definePlugin,
  rarlError,
  type Dataset,
  type EngineProbe,
  type PromptSet,
  type Sample,
  type TensorEngine,
} from "@rarl-sdk/core";
import { z } from "zod";
import { Reinforce, reinforceOptions } from "./toy-algorithm.js";
import { ToyAdapterFactory } from "./toy-adapter.js";
import { ToyBackbone } from "./toy-backbone.js";
import { MomentumOptimizer } from "./toy-optimizer.js";

/** TensorFlow.js's wasm backend, as an engine. */
const toyEngine: TensorEngine = {
  name: "toy-wasm",
  priority: 1,
  probe: () => Promise.resolve<EngineProbe>({ available: true, version: "4.22", detail: "wasm" }),
  activate: async ({ device }) => {
    await tf.setBackend("wasm");
    return { device: device ?? "cpu" };
  },
  memory: () => ({ tensors: tf.memory().numTensors, bytes: tf.memory().numBytes }),
  dispose: () => Promise.resolve(),
};

/** An engine that would go first, were its hardware there. */
const absentEngine: TensorEngine = {
  ...toyEngine,
  name: "toy-accelerator",
  priority: 100,
  probe: () =>
    Promise.resolve<EngineProbe>({ available: false, reason: "no accelerator", remedy: "Plug one in." }),
  activate: () => Promise.reject(new Error("an unavailable engine was activated")),
};

/** An engine whose library turns out to be damaged. */
const brokenEngine: TensorEngine = {
  ...toyEngine,
  name: "toy-broken",
  priority: 50,
  activate: () =>
    Promise.reject(
      rarlError("ENGINE_UNAVAILABLE", { engine: "toy-broken", reason: "it is torn", remedy: "Mend it." }),
    ),
};

export const toyPromptSet: PromptSet = {
  trainingStyles: ["short", "long"],
  inferenceStyles: ["plain"],
  train: (sample, random) => {
    const style = random.uniform() < 0.5 ? "short" : "long";
    return { style, template: "raw", text: `${style}: ${sample.question}`, images: [] };
  },
  inference: (style, sample) => ({ style, template: "raw", text: sample.question, images: [] }),
};

function toySamples(count: number): readonly Sample[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `q${index}`,
    images: [],
    question: `question ${"?".repeat(index % 3)}`,
    answer: index % 3 === 0 ? "no" : "yes",
    kind: "closed",
    meta: { questionType: index % 2 === 0 ? "even" : "odd" },
    origin: { file: "toy.jsonl", record: index + 1 },
  }));
}

export function toyDataset(name: string, count: number, fingerprint = `toy-${count}`): Dataset {
  const samples = toySamples(count);
  return {
    name,
    length: samples.length,
    fingerprint,
    problems: [],
    // eslint-disable-next-line @typescript-eslint/require-await -- a data set is an async iterable by contract
    async *[Symbol.asyncIterator]() {
      yield* samples;
    },
  };
}

/** Everything a run needs, small enough to run hundreds of steps in a second. */
export const toyPlugin = definePlugin({
  name: "toy",
  apiVersion: "1.0",
  apply(context) {
    context.engines.addFactory("toy-wasm", () => toyEngine, { description: "wasm" });
    context.engines.addFactory("toy-accelerator", () => absentEngine, { description: "never there" });
    context.engines.addFactory("toy-broken", () => brokenEngine, { description: "fails to start" });
    context.backbones.addFactory(
      "bigram",
      ({ train }) => ({ open: ({ random }) => Promise.resolve(new ToyBackbone(random, train)) }),
      { options: z.strictObject({ train: z.boolean().default(false) }), description: "bigram table" },
    );
    context.adapters.addFactory("delta", () => new ToyAdapterFactory(), { description: "additive table" });
    context.algorithms.add("reinforce", Reinforce, { options: reinforceOptions, description: "REINFORCE" });
    context.optimizers.addFactory("momentum", () => new MomentumOptimizer(), { description: "momentum" });
    context.promptSets.addFactory("toy-prompts", () => toyPromptSet, { description: "two styles" });
    context.similarities.addFactory(
      "same-text",
      () => ({
        name: "same-text",
        similarity: (pairs) =>
          Promise.resolve(pairs.map(({ candidate, reference }) => Number(candidate === reference))),
      }),
      { description: "1 for equal texts" },
    );
    context.dataSources.addFactory(
      "toy-questions",
      ({ count, fingerprint }) => ({ open: () => Promise.resolve(toyDataset("toy", count, fingerprint)) }),
      {
        options: z.strictObject({ count: z.int().default(7), fingerprint: z.string().optional() }),
        description: "yes/no questions",
      },
    );
    context.rewards.addFactory(
      "says-yes",
      () => ({ score: (items) => items.map(({ completion }) => Number(completion.text.includes("yes"))) }),
      { description: "1 when yes is said" },
    );
    context.rewards.addFactory(
      "brevity",
      // Asynchronous, and not applicable to every sample.
      () => ({
        score: (items) =>
          Promise.resolve(
            items.map(({ sample, completion }) =>
              sample.meta["questionType"] === "odd" ? null : -0.05 * completion.tokenIds.length,
            ),
          ),
      }),
      { description: "shorter is better on even questions" },
    );
  },
});
