import { randomStream, type SamplingOptions } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { packedLogProbs } from "../../src/model/packed-log-probs.js";
import type { Qwen2VLPrompt } from "../../src/model/prompt.js";
import type { SampledTokens } from "../../src/sampling/growing.js";
import { sampleCompletions } from "../../src/sampling/sample-completions.js";
import { DecodingSlots } from "../../src/sampling/slots.js";
import { imageRows } from "../support/forward.js";
import { goldenModel, goldenPrompt, promptA, promptB, type GoldenModel } from "../support/golden-model.js";

const options: SamplingOptions = { completions: 6, maxNewTokens: 20, temperature: 1.3 };

describe("sampling completions", () => {
  let model: GoldenModel;
  before(async () => {
    model = await goldenModel();
  });
  after(() => {
    model.dispose();
  });

  const sample = (
    prompts: readonly Qwen2VLPrompt[],
    sampling: SamplingOptions = options,
    settings: { ends?: number[]; banned?: number[]; contextLength?: number; signal?: AbortSignal } = {},
  ): Promise<readonly (readonly SampledTokens[])[]> =>
    sampleCompletions(
      {
        model: model.language,
        imageTokenId: 123,
        contextLength: settings.contextLength ?? 512,
        endTokenIds: new Set(settings.ends ?? [105, 31, 45, 12, 88, 60, 61, 62, 63, 64]),
        bannedIds: settings.banned ?? [],
        imageEmbeddings: imageRows(model),
      },
      prompts,
      sampling,
      randomStream(3),
      settings.signal,
    );
  const prompts = (): Qwen2VLPrompt[] => [promptA(), promptB(), goldenPrompt([1, 2, 3, 4, 5, 6], [])];

  const expectPackedLogProbs = (
    batch: readonly Qwen2VLPrompt[],
    completions: readonly (readonly SampledTokens[])[],
  ): void => {
    const groups = batch.map((prompt, index) => ({
      prompt,
      completions: completions[index]!.map(({ tokenIds }) => tokenIds),
    }));
    const { logProbs } = packedLogProbs(
      model.language,
      123,
      imageRows(model),
      groups,
      { temperature: 1.3 },
      false,
    );
    const forward = logProbs.dataSync();
    let token = 0;
    for (const { logProbs: sampled } of completions.flat()) {
      for (const value of sampled) expect(forward[token++]).to.be.closeTo(value, 2e-5);
    }
    expect(token).to.equal(forward.length);
    logProbs.dispose();
  };

  it("records the log-probabilities that the packed forward pass gives, past the first room of a cache", async () => {
    const batch = [promptA(), goldenPrompt([1, 2, 3, 4, 5, 6], [])];
    const completions = await sample(batch, { ...options, completions: 2, maxNewTokens: 300 }, { ends: [] });
    expectPackedLogProbs(batch, completions);
  });

  it("records the log-probabilities that the packed forward pass gives", async () => {
    const batch = prompts();
    const completions = await sample(batch);
    const lengths = completions.flat().map(({ tokenIds }) => tokenIds.length);
    expect(new Set(lengths).size).to.be.greaterThan(2); // rows were dropped at different steps
    expectPackedLogProbs(batch, completions);
  });

  it("ends at an end token, which it keeps, or at the limit", async () => {
    const ends = [105, 31, 45, 12, 88, 60, 61, 62, 63, 64];
    const completions = (await sample(prompts())).flat();
    expect(new Set(completions.map(({ finishReason }) => finishReason))).to.deep.equal(
      new Set(["stop", "length"]),
    );
    for (const { tokenIds, finishReason } of completions) {
      expect(tokenIds.slice(0, -1).some((id) => ends.includes(id))).to.equal(false);
      if (finishReason === "stop") expect(ends).to.include(tokenIds.at(-1));
      else expect(tokenIds).to.have.length(20);
    }
  });

  it("never goes beyond the context", async () => {
    const [completions] = await sample([promptA()], options, { ends: [], contextLength: 24 });
    for (const { tokenIds, finishReason } of completions!) {
      expect(tokenIds).to.have.length(24 - 19);
      expect(finishReason).to.equal("length");
    }
  });

  it("never draws a banned id", async () => {
    const banned = Array.from({ length: 120 }, (_, id) => id);
    const completions = await sample(prompts(), options, { ends: [], banned });
    expect(completions.flat().every(({ tokenIds }) => tokenIds.every((id) => id >= 120))).to.equal(true);
  });

  it("gives the same completions again from the same stream", async () => {
    expect(await sample(prompts())).to.deep.equal(await sample(prompts()));
  });

  it("stops when it is told to", async () => {
    const [completions] = await sample([promptA()], options, { ends: [], signal: AbortSignal.abort() });
    for (const { tokenIds, finishReason } of completions!) {
      expect(tokenIds).to.have.length(1);
      expect(finishReason).to.equal("aborted");
    }
  });

  it("gives every prompt what it gives it alone, beginnings shared and over several passes", async () => {
    const { tokenIds, images } = promptA();
    const head = tokenIds.slice(0, tokenIds.lastIndexOf(123) + 1);
    const asked = [
      [121, 6, 7, 8],
      [121, 9],
      [121, 6, 7],
    ].map((tail) => goldenPrompt([...head, ...tail], images));
    // More rows than a pass has, and neighbours with nothing in common.
    const many = Array.from({ length: 130 }, (_, index) => (index % 2 === 0 ? promptB() : promptA()));
    const greedy = { completions: 2, maxNewTokens: 6, temperature: 0 };
    for (const batch of [
      [...asked, promptB()],
      [...asked, ...many],
    ]) {
      const together = await sample(batch, greedy, { ends: [] });
      for (const index of [0, 1, 2, 3, batch.length - 1]) {
        const [alone] = await sample([batch[index]!], greedy, { ends: [] });
        together[index]!.forEach(({ tokenIds: ids, logProbs }, completion) => {
          expect(ids).to.deep.equal(alone![completion]!.tokenIds);
          logProbs.forEach((value, token) => {
            expect(value).to.be.closeTo(alone![completion]!.logProbs[token]!, 2e-5);
          });
        });
      }
    }
  });

  it("leaves no tensors behind", async () => {
    const many = Array.from({ length: 130 }, () => promptB());
    await sample(prompts());
    const before = tf.memory().numTensors;
    await sample(prompts());
    await sample(prompts(), options, { signal: AbortSignal.abort() });
    await sample([...many, promptA(), ...many], { completions: 1, maxNewTokens: 2, temperature: 0 });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("leaves no tensors behind when a layer fails, over the prompts or while decoding", async () => {
    await sample(prompts());
    const before = tf.memory().numTensors;
    const [, layer] = model.language.modules.layers;
    const forward = layer!.forward.bind(layer);
    for (const failing of [1, 2]) {
      let calls = 0;
      layer!.forward = (...given) => {
        if (++calls === failing) throw new Error("the device is gone");
        return forward(...given);
      };
      const failure: unknown = await sample(prompts()).catch((error: unknown) => error);
      expect(failure).to.have.property("message", "the device is gone");
      expect(tf.memory().numTensors, `after call ${failing}`).to.equal(before);
    }
    layer!.forward = forward;
  });
});

describe("decoding slots", () => {
  const open = (item: string): boolean => !item.endsWith("!");

  it("keep the grid while few rows have ended", () => {
    expect(new DecodingSlots([["a", "b", "c", "d", "e!"]]).compact(open)).to.equal(null);
  });

  it("drop ended rows and finished prompts, repeating a row where prompts differ", () => {
    const slots = new DecodingSlots([
      ["a!", "b!", "c", "d!"],
      ["e!", "f!", "g!", "h!"],
      ["i", "j!", "k", "l!"],
    ]);
    expect(slots.compact(open)).to.deep.equal({ prompts: [0, 2], rows: [2, 2, 8, 10] });
    expect(slots.rows()).to.deep.equal(["c", "c", "i", "k"]);
  });
});
