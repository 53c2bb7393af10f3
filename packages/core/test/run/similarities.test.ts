import { expect } from "chai";
import * as tf from "@tensorflow/tfjs-core";
import {
  definePlugin,
  inject,
  injectable,
  isRarlError,
  rarlError,
  readRunRecord,
  tokens,
  type ComponentFactory,
  type Plugin,
  type Reward,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";
import { toyRun } from "../support/toy-run.js";

/** A reward that makes a similarity of its own. */
@injectable()
class OwnMeasure implements Reward {
  private readonly similarity: TextSimilarity;

  constructor(@inject(tokens.components) components: ComponentFactory) {
    this.similarity = components.create("similarities", "loaded", { label: "own" });
  }

  score(items: Parameters<Reward["score"]>[0], signal: AbortSignal) {
    const pairs = items.map(({ completion, sample }) => ({
      candidate: completion.text,
      reference: sample.answer,
    }));
    return this.similarity.similarity(pairs, signal);
  }
}

/** A similarity that must be loaded onto an engine, and says what happens to it. */
function loadedSimilarity(events: string[], failure?: Error): Plugin {
  return definePlugin({
    name: "loaded-plugin",
    apiVersion: "1.0",
    apply({ similarities, rewards }) {
      similarities.addFactory(
        "loaded",
        ({ label }) => ({
          name: `loaded:${label}`,
          open: () => {
            events.push(`open ${label} on ${tf.getBackend()}`);
            return failure === undefined ? Promise.resolve() : Promise.reject(failure);
          },
          similarity: (pairs) => Promise.resolve(pairs.map(() => 0.5)),
          dispose: () => {
            events.push(`dispose ${label}`);
          },
        }),
        { options: z.strictObject({ label: z.string() }), description: "loaded" },
      );
      rewards.add("own-measure", OwnMeasure, { description: "by a similarity of its own" });
    },
  });
}

const settings = [
  "training.steps=1",
  'textSimilarity={name: "loaded", label: "run"}',
  'rewards=[{name: "says-yes"}, {name: "own-measure"}]',
];

describe("the text similarities of a run", () => {
  it("are opened on the engine, recorded and freed, those that rewards made too", () =>
    withTemporaryDirectory(async (directory) => {
      const events: string[] = [];
      const end = await toyRun({ directory, set: settings, plugins: [loadedSimilarity(events)] });
      expect(events).to.deep.equal(["open run on wasm", "open own on wasm", "dispose own", "dispose run"]);
      expect(await readRunRecord(end.directory)).to.have.deep.property("similarities", [
        "loaded:run",
        "loaded:own",
      ]);
    }));

  it("end the run before its first step when one cannot be opened, and are freed", () =>
    withTemporaryDirectory(async (directory) => {
      const events: string[] = [];
      const failure = rarlError("CHECKPOINT_FILE_MISSING", { file: "model.safetensors" });
      const plugin = loadedSimilarity(events, failure);
      let steps = 0;
      const run = toyRun({
        directory,
        set: settings,
        plugins: [plugin],
        tap: ({ hooks }) => {
          hooks.step.tap("count", () => {
            steps++;
          });
        },
      });
      await expectError("CHECKPOINT_FILE_MISSING", run);
      expect(events).to.deep.equal(["open run on wasm", "dispose run"]);
      expect(steps).to.equal(0);
    }));

  it("end the run when they cannot be made, although no reward uses them", () =>
    withTemporaryDirectory(async (directory) => {
      const plugin = definePlugin({
        name: "absent-plugin",
        apiVersion: "1.0",
        apply({ similarities }) {
          similarities.addFactory(
            "absent",
            () => {
              throw rarlError("ENCODER_MISSING", { directory: "models/none", reason: "it does not exist" });
            },
            { description: "not there" },
          );
        },
      });
      const set = ["training.steps=1", 'textSimilarity={name: "absent"}'];
      const error = await toyRun({ directory, set, plugins: [plugin] }).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(isRarlError(error) && error.code).to.equal("ENCODER_MISSING");
    }));
});
