import { expect } from "chai";
import { createRunHooks } from "@rarl-sdk/core";
import { ConsoleTracker } from "../../src/console/console-tracker.js";
import { formatDuration } from "../../src/console/duration.js";
import { createScreen } from "../../src/console/screen.js";
import { formatMetrics } from "../../src/console/step-metrics.js";
import { formatTable } from "../../src/console/table.js";

const erase = "\r\u001b[2K";

/** A terminal, or a pipe, that remembers what was written. */
function terminal(isTTY: boolean, columns = 200) {
  const written: string[] = [];
  return {
    written,
    isTTY,
    columns,
    write: (text: string) => written.push(text),
    get text() {
      return written.join("");
    },
  };
}

describe("durations", () => {
  it("have at most two units", () => {
    expect([0, 59.4, 59.6, 200, 3599, 3600, 7500].map(formatDuration)).to.deep.equal([
      "0s",
      "59s",
      "1m 00s",
      "3m 20s",
      "59m 59s",
      "1h 00m",
      "2h 05m",
    ]);
  });
});

describe("tables", () => {
  it("align the first column to the left and the others to the right", () => {
    expect(
      formatTable([
        ["set", "before"],
        ["a long row", "1.0 %"],
        ["b", ""],
      ]),
    ).to.equal("set         before\na long row   1.0 %\nb");
  });
});

describe("the metrics of a step", () => {
  it("show the rewards by part behind their sum, and only what is there", () => {
    const metrics = {
      reward: 0.8124,
      "rewards/format/mean": 0.9,
      "rewards/format/std": 0.1,
      "rewards/accuracy/mean": 0.404,
      kl: 0.00312,
      "completions/mean_length": 41.23,
      grad_norm: 3,
    };
    expect(formatMetrics(metrics)).to.equal(
      "reward 0.812 (format 0.90, accuracy 0.40)  kl 0.0031  length 41.2",
    );
    expect(formatMetrics({ loss: 1.25 })).to.equal("loss 1.2500");
    expect(formatMetrics({ loss: -1e-9, kl: -0.02 })).to.equal("loss 0.0000  kl -0.0200");
  });
});

describe("the screen", () => {
  it("rewrites one line on a terminal, cut to its width, and puts lines above it", () => {
    const output = terminal(true, 8);
    const screen = createScreen(output, { isQuiet: false });

    screen.status("0123456789");
    screen.line("a line");
    screen.clear();

    expect(output.written).to.deep.equal([`${erase}0123456`, `${erase}a line\n0123456`, erase]);
  });

  it("writes plain lines alone off a terminal", () => {
    const output = terminal(false);
    const screen = createScreen(output, { isQuiet: false });

    screen.status("fleeting");
    screen.line("a line");
    screen.clear();

    expect(output.text).to.equal("a line\n");
  });

  it("writes nothing when it is quiet", () => {
    const output = terminal(true);
    const screen = createScreen(output, { isQuiet: true });

    screen.status("fleeting");
    screen.line("a line");
    screen.clear();

    expect(output.text).to.equal("");
  });
});

describe("the console tracker", () => {
  /** Fires the hooks of a run of so many steps, each of 2 seconds. */
  async function follow(isTTY: boolean, totalSteps: number, warnings: (step: number) => readonly string[]) {
    const output = terminal(isTTY);
    const hooks = createRunHooks();
    const tracker = new ConsoleTracker(createScreen(output, { isQuiet: false }));
    tracker.track(hooks);
    const directory = "runs/a";
    await hooks.started.promise({
      name: "a",
      directory,
      totalSteps,
      firstStep: 1,
      config: null,
      data: { train: { kept: 1716, setAside: 3, leftOut: 0 } },
    });
    for (let step = 1; step <= totalSteps; step++) {
      const report = { metrics: { reward: step }, completions: [], warnings: warnings(step) };
      await hooks.step.promise({ step, totalSteps, seconds: 2, report });
    }
    await hooks.finished.promise({ status: "finished", directory, lastStep: totalSteps, evaluations: [] });
    return { output, tracker };
  }

  it("prints about twenty lines a run off a terminal, with rate and time left", async () => {
    const { output, tracker } = await follow(false, 200, () => []);

    const steps = output.text.split("\n").filter((line) => line.startsWith("step "));
    expect(steps).to.have.length(21);
    expect(steps[0]).to.equal("step 1/200  2.00 s/step  6m 38s left  reward 1.000");
    expect(steps.at(-1)).to.equal("step 200/200  2.00 s/step  0s left  reward 200.000");
    expect(tracker.lastMetrics).to.deep.equal({ reward: 200 });
  });

  it("keeps one live line on a terminal and takes it away at the end", async () => {
    const { output } = await follow(true, 3, () => []);

    expect(output.written).to.include(`${erase}step 2/3  2.00 s/step  2s left  reward 2.000`);
    expect(output.written.at(-1)).to.equal(erase);
    expect(output.written.filter((text) => text.endsWith("\n"))).to.deep.equal([
      "a: 3 steps, in runs/a\n",
      "data train: 1,716 samples, 3 records set aside\n",
    ]);
  });

  it("prints a warning once, however its figures change", async () => {
    const { output } = await follow(false, 5, (step) => [`${step * 10} % were cut`]);

    expect(output.text.match(/were cut/g)).to.have.length(1);
    expect(output.text).to.include("step 1: 10 % were cut\n");
  });
});
