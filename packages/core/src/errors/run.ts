import { entry } from "./entry.js";

/** Errors of engines, the run directory and the run itself. */
export const runErrors = {
  INTERNAL: entry<{ message: string }>({
    kind: "internal",
    message: ({ message }) => message,
    remedy: "This is a defect; please report it with the run's run.json and events.jsonl.",
    explanation: "Something happened that the SDK believes impossible.",
  }),
  OUTPUT_NOT_WRITABLE: entry<{ path: string; reason: string }>({
    kind: "environment",
    message: ({ path, reason }) => `cannot write to ${path}: ${reason}`,
    remedy:
      "Choose another folder by --output, or by `output` in a run's configuration, or give this user the right to " +
      "write there.",
    explanation:
      "The folder that is to receive results is tried before anything long runs. It could not be made or written to.",
  }),
  FOLDER_IN_USE: entry<{ folder: string; holder: string; since: string | null; lock: string }>({
    kind: "environment",
    message: ({ folder, holder, since, lock }) =>
      `${folder} is in use by ${holder}${since === null ? "" : ` since ${since}`} (${lock})`,
    remedy:
      "Wait until it is done, or end it. If it runs on another machine and is gone, delete the lock file that the message names.",
    explanation:
      "Two processes that write to one folder would spoil each other's files. The lock of a process of this machine that is gone is taken over by itself.",
  }),
  OUTPUT_NOT_EMPTY: entry<{ path: string }>({
    kind: "usage",
    message: ({ path }) => `${path} is there already and is not an empty folder`,
    remedy: "Give a folder that does not exist yet, or remove this one.",
    explanation:
      "A checkpoint is never written over other files, which could then be lost or be taken for parts of it.",
  }),
  DISK_FULL: entry<{ path: string }>({
    kind: "environment",
    message: ({ path }) => `no space is left on the disk while writing ${path}`,
    remedy:
      "Free some space, then give the command again; a run goes on with `rarl-sdk run --resume`. " +
      "training.keepCheckpoints: 1 keeps the fewest checkpoints.",
    explanation:
      "Files are written beside their target and renamed when complete, so the last good state is intact and can be resumed.",
  }),
  JSONL_INVALID: entry<{ file: string; line: number; reason: string }>({
    kind: "data",
    message: ({ file, line, reason }) => `${file}:${line} is not a JSON record: ${reason}`,
    remedy: "Mend or delete that line. Only the last line of an append-only file may be torn.",
    explanation:
      "A process that is killed can leave a torn last line, which is ignored. A broken line before the last means that something else changed the file.",
  }),
  ENGINE_UNAVAILABLE: entry<{ engine: string; reason: string; remedy: string }>({
    kind: "environment",
    message: ({ engine, reason, remedy }) => `engine ${engine} cannot run here: ${reason}. ${remedy}`,
    remedy: "Follow the advice in the message, or set engine.name to auto to use the best engine there is.",
    explanation:
      "The configuration names an engine whose requirements this machine does not meet. A named engine is never replaced silently.",
  }),
  ENGINE_INSTALL_FAILED: entry<{
    engine: string;
    reason: string;
    remedy: string;
    /** The last lines of the program that failed; empty when none did. */
    output: readonly string[];
  }>({
    kind: "environment",
    message: ({ engine, reason, remedy, output }) =>
      `engine ${engine} could not be installed: ${reason}. ${remedy}` +
      output.map((line) => `\n  | ${line}`).join(""),
    remedy:
      "Follow the advice in the message, then give the same command again; it goes on with what is there.",
    explanation:
      "`rarl-sdk engine install` runs Python's package installer and a C++ compiler, one of which failed or is missing. An engine that was installed before still works: it is replaced only when the new one is complete.",
  }),
  ENGINE_INSTALL_NONE: entry<{ engine: string; able: readonly string[] }>({
    kind: "usage",
    message: ({ engine, able }) =>
      `engine ${engine} has nothing to install` +
      (able.length === 0 ? "" : `; what can be installed: ${able.join(", ")}`),
    remedy: "See with `rarl-sdk doctor` whether it can run here, and what to do if it cannot.",
    explanation:
      "An engine offers an install when the library under it can be fetched and built. This one brings all it needs, or leaves it to its user.",
  }),
  MEMORY_BUDGET: entry<{
    budget: string;
    needed: string;
    used: string;
    images: string;
    rollout: string;
    rolloutOf: string;
    pass: string;
    passOf: string;
  }>({
    kind: "environment",
    message: ({ budget, needed, used, images, rollout, rolloutOf, pass, passOf }) =>
      `this run needs about ${needed} and engine.memory allows ${budget}: ${used} are in use with the model loaded, ` +
      `images take ${images}, ${rolloutOf} takes ${rollout}, and ${passOf} takes ${pass}`,
    remedy:
      "Allow more with engine.memory, or need less: shorter completions (maxNewTokens), fewer of them (groupSize), smaller images (model.maxPixels).",
    explanation:
      "With engine.memory a run is cut before its first step so that it fits: fewer prompts sampled together, fewer groups in a forward pass, activations recomputed, at last one completion a pass. Even that was too much. What is in use and what images take is measured on some samples; what else a step adds is estimated from the model's shapes, the longest of the prompts looked at and completions of full length.",
  }),
  ENGINE_NONE: entry<{ reasons: readonly string[] }>({
    kind: "environment",
    message: ({ reasons }) =>
      reasons.length === 0
        ? "no plugin in use provides a tensor engine"
        : `no tensor engine can run here:${reasons.map((reason) => `\n  - ${reason}`).join("")}`,
    remedy:
      "Follow the advice of one of the engines, or add a plugin that provides one, such as @rarl-sdk/engine-wasm.",
    explanation:
      "With engine.name auto the engines are tried by priority and the first available one is used. None was.",
  }),
  ENGINE_OP_FAILED: entry<{
    engine: string;
    operation: string;
    shapes: readonly (readonly number[])[];
    reason: string;
  }>({
    kind: "environment",
    message: ({ engine, operation, shapes, reason }) =>
      `engine ${engine} could not compute ${operation}` +
      (shapes.length === 0 ? "" : ` of ${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")}`) +
      `: ${reason}`,
    remedy:
      "If the shapes look right, this is a defect; try another engine with engine.name and report it with the message.",
    explanation:
      "An engine that works on a thread of its own tells of a failed operation when a result is read, so the stack shows the read, and the message the operation that failed.",
  }),
  ENGINE_OUT_OF_MEMORY: entry<{
    engine: string;
    operation: string;
    shapes: readonly (readonly number[])[];
    /** Bytes asked for, 0 if unknown. */
    bytes: number;
  }>({
    kind: "environment",
    message: ({ engine, operation, shapes, bytes }) =>
      `engine ${engine} ran out of memory in ${operation}` +
      (shapes.length === 0 ? "" : ` of ${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")}`) +
      (bytes === 0 ? "" : `, which asked for ${bytes} bytes`),
    remedy:
      "Lower the number of completions or new tokens, the image size or the samples a step, or use a machine or device with more memory.",
    explanation:
      "The machine or the device had no room for an operation's result. The largest tensors are the log-probabilities over the vocabulary and the activations of long sequences.",
  }),
  HOOK_UNANSWERED: entry<{ hook: string; request: string }>({
    kind: "plugin",
    message: ({ hook, request }) => `no tap of the hook ${hook} answered for ${request}`,
    remedy:
      "Look at the taps with --trace-hooks; a plugin that replaces a first-party part must answer in its place.",
    explanation: "The run asks the taps of this hook for something it needs, and each of them declined.",
  }),
  NON_FINITE: entry<{ step: number; updates: number; checkpoint: string | null; samples: readonly string[] }>(
    {
      kind: "data",
      message: ({ step, updates, checkpoint, samples }) =>
        `gradients were not finite ${updates} times in a row, up to step ${step} (samples ${samples.join(", ")}); ` +
        (checkpoint === null ? "there is no checkpoint yet" : `the last good checkpoint is ${checkpoint}`),
      remedy:
        "Look at the samples in events.jsonl, lower optimizer.learningRate or set optimizer.maxGradNorm, then resume.",
      explanation:
        "An update with NaN or infinite gradients is skipped and counted. After training.stopAfterNonFinite of them in a row the run stops; the weights are those of the last good update.",
    },
  ),
  REWARD_FAILED: entry<{ reward: string; plugin: string; samples: readonly string[]; reason: string }>({
    kind: "plugin",
    message: ({ reward, plugin, samples, reason }) =>
      `reward ${reward} of plugin ${plugin} failed on samples ${samples.join(", ")}: ${reason}`,
    remedy: "Mend the reward, or take it out of `rewards`. RARL_DEBUG=1 prints the whole stack.",
    explanation:
      "A reward threw while scoring completions. The run stops, since a missing score would train on something else than asked.",
  }),
  REWARD_COUNT: entry<{
    reward: string;
    plugin: string;
    expected: number;
    /** Null when it was no list. */
    found: number | null;
  }>({
    kind: "plugin",
    message: ({ reward, plugin, expected, found }) =>
      `reward ${reward} of plugin ${plugin} returned ${found === null ? "no list of" : String(found)} scores for ` +
      `${expected} completions`,
    remedy: "Return one score a completion, in order; null where the reward does not apply.",
    explanation:
      "Scores are matched to completions by position, so their number must be that of the completions.",
  }),
  REWARD_NOT_FINITE: entry<{ reward: string; plugin: string; sample: string; value: string }>({
    kind: "plugin",
    message: ({ reward, plugin, sample, value }) =>
      `reward ${reward} of plugin ${plugin} returned ${value} for sample ${sample}`,
    remedy: "Return a finite number, or null where the reward does not apply.",
    explanation:
      "NaN, infinity or something that is no number would spoil the advantages of the whole group.",
  }),
  REWARD_NONE: entry<{ sample: string; rewards: readonly string[] }>({
    kind: "data",
    message: ({ sample, rewards }) =>
      rewards.length === 0
        ? `sample ${sample} cannot be scored: the configuration names no rewards`
        : `no reward applies to sample ${sample}: ${rewards.join(", ")} all returned null`,
    remedy: "Add a reward that always applies, such as format, or leave the sample out.",
    explanation:
      "A reward that returns null is left out of the weighted sum. With nothing left there is no reward to learn from.",
  }),
  SAMPLE_ID_DUPLICATE: entry<{ id: string; file: string; record: number }>({
    kind: "data",
    message: ({ id, file, record }) => `sample id ${id} at ${file}:${record} is used twice in its data set`,
    remedy: "Give every sample its own id.",
    explanation: "Predictions, verdicts and events refer to samples by id.",
  }),
  EVALUATION_STYLE_MISSING: entry<{ prompts: string }>({
    kind: "config",
    message: ({ prompts }) => `prompt set ${prompts} has no inference style to evaluate with`,
    remedy: "Set evaluation.style, or give the prompt set an inference style.",
    explanation:
      "An evaluation asks every question in one inference style of the run's prompt set; there is none.",
  }),
  RUN_NOT_FOUND: entry<{ directory: string; missing: string }>({
    kind: "usage",
    message: ({ directory, missing }) => `there is no usable run in ${directory}: ${missing} is missing`,
    remedy: "Give the folder of a run, the one that holds run.json.",
    explanation:
      "A run keeps what it is and needs to continue in run.json, config.yaml and checkpoints/, its result in adapter/ " +
      "or model/, and its evaluations in eval/.",
  }),
  EVALUATION_NOT_FOUND: entry<{ directory: string; missing: string }>({
    kind: "usage",
    message: ({ directory, missing }) => `${directory} holds no evaluation: ${missing} is missing`,
    remedy: "Give the folder of an evaluation, such as runs/<run>/eval/<set>; `rarl-sdk eval` writes one.",
    explanation:
      "Judges, raters, reports and comparisons work on the predictions of an evaluation, which stand in predictions.jsonl.",
  }),
  EVALUATION_CHANGED: entry<{ directory: string; changes: readonly string[] }>({
    kind: "usage",
    message: ({ directory, changes }) =>
      `${directory} holds an evaluation that was made otherwise: ${changes.join(", ")}`,
    remedy:
      "Give the new evaluation a name of its own with --label or --output, or replace the old one with --overwrite.",
    explanation:
      "An interrupted evaluation goes on where it stopped only when model, weights, data, prompts, sampling and rewards are the same. Predictions of two kinds in one file would make every figure wrong.",
  }),
  ADAPTER_NOT_CONFIGURED: entry<{ adapter: string }>({
    kind: "usage",
    message: ({ adapter }) => `the configuration has no adapter to which the weights in ${adapter} could go`,
    remedy: "Use a configuration with an `adapter` section, for one run with --set 'adapter={name: lora}'.",
    explanation: "Saved adapter weights are loaded into the adapter that the configuration describes.",
  }),
  EVALUATION_SET_UNKNOWN: entry<{ set: string; known: readonly string[] }>({
    kind: "usage",
    message: ({ set, known }) =>
      `the configuration has no evaluation set "${set}"; it has ${known.length === 0 ? "none" : known.join(", ")}`,
    remedy: "Name one of them, or add the set under `data.evaluation`, for one run with --set.",
    explanation: "Evaluation sets are opened by their names under `data.evaluation` in the configuration.",
  }),
  RUN_FINISHED: entry<{ directory: string; step: number }>({
    kind: "usage",
    message: ({ directory, step }) =>
      `the run in ${directory} finished at step ${step}; there is nothing to resume`,
    remedy: "Start a new run, or raise training.steps and resume with --allow-changes.",
    explanation: "The last step was done, the final evaluation written and the adapter saved.",
  }),
  RUN_CHANGED: entry<{ directory: string; changes: readonly string[] }>({
    kind: "config",
    message: ({ directory, changes }) =>
      `the run in ${directory} cannot be continued exactly; changed since it started: ${changes.join("; ")}`,
    remedy:
      "Restore the old values, or resume with --allow-changes and take the result for a different experiment.",
    explanation:
      "A resumed run repeats what an uninterrupted one would have done, which needs the same configuration, data and checkpoint.",
  }),
  TRAINER_STATE_INVALID: entry<{ file: string; reason: string }>({
    kind: "data",
    message: ({ file, reason }) => `trainer state ${file} cannot be used: ${reason}`,
    remedy: "Delete that checkpoint folder to continue from the one before it.",
    explanation:
      "trainer_state.json says at which step a checkpoint was taken and where random streams and data stood.",
  }),
  NOTHING_TRAINABLE: entry<{ model: string }>({
    kind: "config",
    message: ({ model }) =>
      `nothing can be trained: there is no adapter, and ${model} offers no trainable weights`,
    remedy:
      "Choose an adapter, such as `adapter: {name: lora}`, or set model.train to the weights that are to train.",
    explanation:
      "A run trains the adapter's weights, or without an adapter the backbone's own under the scope it was opened with.",
  }),
} as const;
