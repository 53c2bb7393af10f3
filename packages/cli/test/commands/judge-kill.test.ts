import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { randomStream } from "@rarl-sdk/core";
import {
  verdictText,
  type Behaviour,
  type Call,
} from "../../../plugins/llm-judge/test/support/judge-server.js";
import { startProcess, type StartedProcess } from "../support/child.js";
import { JudgedWorkspace, judgeKey, judgeKeyVariable, verdictSet } from "../support/judged-workspace.js";

const samples = 60;
const kills = 10;
const concurrency = 4;
const price = { input: 1, output: 10 };
const maximumCost = 1;

/** What the endpoint says of an item, whenever it is asked, trouble on the way included. */
function behaviourOn({ item, attempt, protocol }: Call): Behaviour {
  const number = Number(item.slice("item-".length));
  if (number % 7 === 3 && attempt === 0)
    return { do: "fail", status: 429, headers: { "retry-after-ms": "1" } };
  if (number % 11 === 5) return { do: "refuse", reason: "SAFETY" };
  if (number % 13 === 4) return { do: "answer", text: "I would give a 1." };
  return { do: "answer", text: verdictText(number % 2, Number(protocol === "openai")) };
}

describe("rarl-sdk judge, killed at ten moments drawn at random", () => {
  let workspace: JudgedWorkspace;

  before(async () => {
    workspace = await JudgedWorkspace.create();
  });

  after(async () => {
    await workspace.remove();
  });

  const judge = (folder: string, config: string): StartedProcess =>
    startProcess(["judge", folder, "--config", config], { env: { [judgeKeyVariable]: judgeKey } });

  it("ends with the verdicts of a judging that was left alone, and within the cap", async () => {
    const { server } = workspace;
    const judges = [
      workspace.openai({ price, maximumCost, concurrency }),
      workspace.gemini({ price, maximumCost, concurrency }),
    ];
    const quiet = await workspace.writeEvaluation("quiet", samples);
    const quietConfig = await workspace.writeJudges(judges, "quiet-runs");
    server.behaviour = behaviourOn;
    const whole = await judge(quiet, quietConfig).ended;
    expect(whole.exitCode, whole.stderr).to.equal(0);
    const expected = await verdictSet(quiet);
    expect(Object.keys(expected)).to.have.length(2 * samples);
    const before = { answered: server.answered, ...server.billed };

    const folder = await workspace.writeEvaluation("killed", samples);
    const config = await workspace.writeJudges(judges, "killed-runs");
    const random = randomStream(20);
    let child: StartedProcess | null = null;
    let callsLeft = 0;
    let killsBeforeAnswer = false;
    server.behaviour = (call) => {
      if (child !== null && --callsLeft === 0) {
        const { kill } = child;
        if (killsBeforeAnswer) kill();
        // The answer is on its way when the process ends.
        else setImmediate(kill);
      }
      return behaviourOn(call);
    };
    const known: number[] = [];
    for (let round = 0; round < kills; round++) {
      callsLeft = 3 + Math.floor(random.uniform() * 10);
      killsBeforeAnswer = random.uniform() < 0.5;
      child = judge(folder, config);
      const { signal } = await child.ended;
      expect(signal, `kill ${round}`).to.equal("SIGKILL");
      known.push(Object.keys(await verdictSet(folder)).length);
    }
    child = null;
    expect(known).to.deep.equal([...known].sort((a, b) => a - b));
    expect(known.at(-1))
      .to.be.above(0)
      .and.below(2 * samples);
    const last = await judge(folder, config).ended;
    expect(last.exitCode, last.stderr).to.equal(0);

    expect(await verdictSet(folder)).to.deep.equal(expected);
    // Of every process that was killed, at most the calls in flight were made for nothing.
    const answered = server.answered - before.answered;
    expect(answered)
      .to.be.at.least(2 * samples)
      .and.at.most(2 * (samples + kills * concurrency));
    const { input, output } = server.billed;
    const billed = (price.input * (input - before.input) + price.output * (output - before.output)) / 1e6;
    const lines = (await readFile(workspace.path("killed-runs", "judge-costs.jsonl"), "utf8"))
      .trim()
      .split("\n");
    const costs = new Map<string, number>();
    for (const line of lines) {
      const { id, event, most, cost } = JSON.parse(line) as {
        id: string;
        event: string;
        most: number;
        cost: number;
      };
      costs.set(id, event === "call" ? most : cost);
    }
    const counted = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
    expect(counted)
      .to.be.at.least(billed - 1e-9)
      .and.at.most(2 * maximumCost);
    expect(await workspace.everythingWritten()).to.not.contain(judgeKey);
  });
});
