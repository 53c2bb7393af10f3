// The two sides of the benchmark as processes that make one step when told to.
import { fork, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../packages/cli/bin/run.js", import.meta.url));

/** Takes a process's events one by one; an end without the awaited one is an error with what it printed. */
class Events {
  #arrived = [];
  #waiting = null;
  #ended = null;

  push(event) {
    this.#arrived.push(event);
    this.#wake();
  }

  end(problem) {
    this.#ended = problem;
    this.#wake();
  }

  #wake() {
    this.#waiting?.();
    this.#waiting = null;
  }

  async next(kind) {
    for (;;) {
      const event = this.#arrived.shift();
      if (event?.kind === kind) return event;
      if (event === undefined && this.#ended !== null) throw new Error(this.#ended());
      if (event === undefined) await new Promise((resolve) => (this.#waiting = resolve));
    }
  }
}

class Session {
  constructor(name, child, events, go) {
    Object.assign(this, { name, child, events, go });
    let log = "";
    child.stderr.on("data", (data) => (log = (log + data).slice(-20_000)));
    child.on("exit", (code) => events.end(() => `${name} ended with ${code}:\n${log}`));
  }

  ready() {
    return this.events.next("ready");
  }

  async step() {
    this.go();
    return this.events.next("step");
  }

  finished() {
    return this.events.next("finished");
  }

  stop() {
    // A run that is asked to end would first finish its step, and may be waiting for the word to make it.
    this.child.kill("SIGKILL");
  }
}

/** `rarl-sdk run` on a configuration made for the settings. */
export async function startOurs(settings, { profile = false } = {}) {
  const folder = join(settings.folder, profile ? "ours-profiled" : "ours");
  await mkdir(folder, { recursive: true });
  const samples = settings.images.map((image, index) => ({
    id: `step-${index + 1}`,
    image,
    question: settings.question,
    answer: "yes",
    kind: "closed",
  }));
  await writeFile(join(folder, "train.jsonl"), samples.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const config = {
    name: "bench",
    seed: 0,
    engine: {
      name: settings.engine,
      threads: settings.threads,
      device: settings.device,
      ...settings.engineOptions,
    },
    model: { name: "qwen2-vl", path: settings.checkpoint, ...settings.model },
    adapter: { name: "lora", r: 8, alpha: 16, targets: settings.targets },
    algorithm: {
      name: "grpo",
      groupSize: settings.groupSize,
      promptsPerStep: 1,
      accumulation: 1,
      maxNewTokens: settings.maxNewTokens,
      temperature: 1,
      beta: settings.beta,
      // The peer computes entropies as well.
      logEntropy: true,
      ...settings.algorithm,
    },
    optimizer: { name: "adamw", learningRate: settings.learningRate, maxGradNorm: 1 },
    data: { train: { name: "jsonl", path: "train.jsonl", shuffle: false } },
    prompts: {
      name: "prompt-diversity",
      custom: [{ name: "plain", system: settings.system, text: "{question}", use: "both" }],
    },
    rewards: [{ name: "token-sum" }],
    training: { steps: settings.steps, evaluateAfter: false, checkpointEvery: 1_000_000 },
    plugins: [join(here, "ours/plugin.mjs"), ...(settings.plugins ?? [])],
  };
  // JSON is YAML.
  await writeFile(join(folder, "rarl.yaml"), JSON.stringify(config, null, 2));
  const parameters = ["run", "rarl.yaml", "--quiet", ...(profile ? ["--profile"] : [])];
  const child = fork(cli, parameters, { cwd: folder, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const events = new Events();
  child.on("message", (event) => events.push(event));
  return new Session("rarl-sdk", child, events, () => child.send("go"));
}

/** TRL's GRPOTrainer under `python`. */
export async function startPeer(settings, python) {
  const folder = join(settings.folder, "peer");
  await mkdir(folder, { recursive: true });
  const file = join(folder, "settings.json");
  await writeFile(file, JSON.stringify({ ...settings, output: folder }));
  const child = spawn(python, [join(here, "peer/trl_step.py"), file], { stdio: ["pipe", "pipe", "pipe"] });
  const events = new Events();
  createInterface(child.stdout).on("line", (line) => events.push(JSON.parse(line)));
  return new Session("TRL", child, events, () => child.stdin.write("go\n"));
}
