import { expect } from "chai";
import {
  definePlugin,
  inject,
  injectable,
  readRunRecord,
  tokens,
  type RandomStream,
  type Reward,
  type RewardItem,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { recordsOf, toyRun } from "../support/toy-run.js";

/** A reward that needs what only the run's container has. */
@injectable()
class SameAsAnswer implements Reward {
  constructor(
    @inject(tokens.textSimilarity) private readonly similarity: TextSimilarity,
    @inject(tokens.random) private readonly random: RandomStream,
  ) {}

  async score(items: readonly RewardItem[], signal: AbortSignal) {
    expect(this.random.fork("x").uniform()).to.be.within(0, 1);
    const pairs = items.map(({ sample, completion }) => ({
      candidate: completion.text,
      reference: sample.answer,
    }));
    return this.similarity.similarity(pairs, signal);
  }
}

describe("wiring a run", () => {
  it("puts the chosen components on the hooks under their own names", () =>
    withTemporaryDirectory(async (directory) => {
      const names: Record<string, readonly string[]> = {};
      await toyRun({
        directory,
        set: ["training.steps=1", 'rewards=[{name: "says-yes", label: "affirmation"}]'],
        tap: ({ hooks }) => {
          hooks.configured.tap("watch", () => {
            for (const [hook, { taps }] of Object.entries(hooks)) names[hook] = taps.map(({ name }) => name);
          });
        },
      });
      expect(names).to.deep.include({
        engine: ["toy-accelerator", "toy-broken", "toy-wasm"],
        backbone: ["bigram"],
        adapt: ["delta"],
        dataset: ["toy-questions:train"],
        started: ["jsonl"],
        prompt: ["toy-prompts"],
        rollout: ["bigram"],
        score: ["affirmation"],
        advantages: ["reinforce"],
        update: ["momentum"],
        step: ["jsonl"],
        evaluate: ["evaluation"],
      });
      expect(names["checkpoint"]).to.have.members([
        "delta",
        "momentum",
        "reinforce",
        "trainer-state",
        "jsonl",
      ]);
    }));

  it("takes the engine of the highest priority that can run, and says why when there is none", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory, set: ["training.steps=1"] });
      expect((await readRunRecord(run)).engine?.name).to.equal("toy-wasm");
      const run2 = toyRun({
        directory,
        tap: ({ hooks }) => {
          // Before all engines: only the absent one is asked.
          hooks.configured.tap("remove", () => {
            const available = hooks.engine.taps.findIndex(({ name }) => name === "toy-wasm");
            hooks.engine.taps.splice(available, 1);
          });
        },
      });
      const error = await expectError("ENGINE_NONE", run2);
      expect(error.message).to.contain("toy-accelerator: no accelerator. Plug one in.");
      expect(error.message).to.contain("engine toy-broken cannot run here: it is torn. Mend it.");
      const named = toyRun({ directory, set: ["engine.name=toy-broken"] });
      await expectError("ENGINE_UNAVAILABLE", named);
    }));

  it("lets a plugin's taps replace the rollout, follow the prompt and precede the update", () =>
    withTemporaryDirectory(async (directory) => {
      const outcomes: unknown[] = [];
      const { directory: run } = await toyRun({
        directory,
        set: ["training.steps=1"],
        tap: ({ hooks }) => {
          hooks.prompt.tap("shout", (draft) => ({
            ...draft,
            prompt: draft.prompt && { ...draft.prompt, text: draft.prompt.text.toUpperCase() },
          }));
          hooks.rollout.tap("parrot", ({ prompts, sampling }) =>
            prompts.map(() =>
              Array.from({ length: sampling.completions }, () => ({
                tokenIds: [5, 0],
                logProbs: new Float32Array(2),
                text: "yes",
                finishReason: "stop" as const,
              })),
            ),
          );
          hooks.update.tap("watch", ({ outcome }) => {
            outcomes.push(outcome);
          });
        },
      });
      const completions = await recordsOf(run, "completions.jsonl");
      expect(completions.map(({ completion }) => completion)).to.deep.equal(new Array(8).fill("yes"));
      expect(completions[0]!["prompt"]).to.match(/^(SHORT|LONG): QUESTION/);
      expect(outcomes).to.deep.equal([null]);
    }));

  it("tells the backbone which sample a prompt is of, in training and evaluation", () =>
    withTemporaryDirectory(async (directory) => {
      const asked: (string | undefined)[] = [];
      await toyRun({
        directory,
        set: [
          "training.steps=1",
          "training.evaluateAfter=true",
          "data.train.shuffle=false",
          "data.evaluation.test.name=toy-questions",
          "data.evaluation.test.limit=1",
        ],
        tap: ({ hooks }) => {
          hooks.adapt.tap("spy", (adapted) => {
            const { backbone } = adapted;
            const encode = backbone.encode.bind(backbone);
            backbone.encode = (prompts, signal) => {
              asked.push(...prompts.map(({ sampleId }) => sampleId));
              return encode(prompts, signal);
            };
            return adapted;
          });
        },
      });
      expect(asked.slice(0, 2)).to.deep.equal(["q0", "q1"]);
      expect(asked.at(-1)).to.equal("q0");
      expect(asked).to.not.include(undefined);
    }));

  it("resolves injected components from the run's container", () =>
    withTemporaryDirectory(async (directory) => {
      const plugin = definePlugin({
        name: "injected",
        apiVersion: "1.0",
        apply({ rewards }) {
          rewards.add("same-as-answer", SameAsAnswer, { description: "similarity to the answer" });
        },
      });
      const set = ['rewards=[{name: "same-as-answer"}]', "training.steps=2"];
      const { directory: run } = await toyRun({ directory, set, plugins: [plugin] });
      const scores = (await recordsOf(run, "completions.jsonl")).map(({ reward }) => reward);
      expect(scores).to.have.length(16);
      expect(new Set(scores)).to.satisfy((found: Set<unknown>) =>
        [...found].every((one) => one === 0 || one === 1),
      );
    }));

  it("opens as many samples as the limit says, and tells them apart by fingerprint", () =>
    withTemporaryDirectory(async (directory) => {
      const { directory: run } = await toyRun({ directory, set: ["data.train.limit=2", "training.steps=4"] });
      const ids = (await recordsOf(run, "completions.jsonl")).map(({ sampleId }) => sampleId);
      expect([...new Set(ids)].sort()).to.deep.equal(["q0", "q1"]);
      expect((await readRunRecord(run)).fingerprints.data["train"]).to.equal("toy-7[:2]");
    }));

  it("clips by the global norm and tells the norm before clipping", () =>
    withTemporaryDirectory(async (directory) => {
      const set = [
        "training.steps=2",
        "optimizer.schedule.kind=constant",
        "optimizer.schedule.warmupSteps=0",
      ];
      const norms: number[][] = [];
      const weights: unknown[] = [];
      for (const norm of ["null", "1e9", "1e-3"]) {
        const { directory: run } = await toyRun({
          directory,
          set: [...set, `optimizer.maxGradNorm=${norm}`],
        });
        const metrics = await recordsOf(run, "metrics.jsonl");
        norms.push(metrics.map((line) => line["grad_norm"] as number));
        weights.push((await recordsOf(run, "completions.jsonl")).map(({ completion }) => completion));
      }
      expect(norms[0]![0]).to.be.above(1e-3);
      expect(norms[1]).to.deep.equal(norms[0]);
      expect(norms[2]![0]).to.equal(norms[0]![0]);
      expect(norms[2]![1]).to.not.equal(norms[0]![1]);
      expect(weights[1]).to.deep.equal(weights[0]);
    }));
});
