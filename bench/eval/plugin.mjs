// Times the evaluations of `rarl-sdk eval` from the first prompt to the report, and never lets a completion end early.
import { writeFileSync } from "node:fs";
import { RunProfile, definePlugin } from "@rarl-sdk/core";

const name = "bench-eval";
const { RARL_BENCH_EVAL_RESULT: file, RARL_BENCH_EVAL_PROFILE: isProfiled } = process.env;

/** Spans as of a training step; there is no run around them. */
function startProfile() {
  const nowhere = { intercept() {}, tapPromise() {} };
  const profile = new RunProfile();
  profile.watch({ update: nowhere, started: nowhere, step: nowhere });
  return profile;
}

export default definePlugin({
  name,
  apiVersion: "1.0",
  apply({ hooks }) {
    const profile = isProfiled === "1" ? startProfile() : null;
    const sets = [];
    let backbone = null;
    let start = null;
    let prompts = [];
    hooks.adapt.tap({ name, stage: 1000 }, (adapted) => {
      ({ backbone } = adapted);
      return adapted;
    });
    hooks.prompt.tap({ name, stage: -1000 }, (draft) => {
      if (start === null) {
        start = performance.now();
        profile?.beginStep(0);
      }
      return draft;
    });
    hooks.rollout.tapPromise(name, ({ prompts: asked, sampling, random, signal }) => {
      prompts.push(...asked.map(({ tokenIds }) => tokenIds.length));
      const bannedIds = [...(sampling.bannedIds ?? []), ...backbone.endTokenIds];
      return backbone.sample(asked, { ...sampling, bannedIds }, random, signal);
    });
    hooks.evaluated.tapPromise({ name, stage: 1000 }, ({ label, predictions }) => {
      const seconds = (performance.now() - start) / 1000;
      sets.push({
        label,
        seconds,
        samples: predictions.length,
        tokens: predictions.reduce((sum, { tokens }) => sum + tokens, 0),
        promptTokens: prompts.reduce((sum, length) => sum + length, 0),
        texts: predictions.map(({ completion }) => completion),
        phases: phasesOf(profile?.endStep(seconds) ?? {}),
      });
      start = null;
      prompts = [];
      const peakBytes = process.resourceUsage().maxRSS * 1024;
      writeFileSync(file, JSON.stringify({ sets, peakBytes, node: process.version }));
      return Promise.resolve();
    });
  },
});

function phasesOf(metrics) {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([metric, value]) => {
      const phase = /^profile\/(.+)\/seconds$/.exec(metric)?.[1];
      return phase === undefined ? [] : [[phase, value]];
    }),
  );
}
