import { expect } from "chai";
import {
  createKernel,
  definePlugin,
  parseConfigText,
  parseJudging,
  type Judge,
  type JudgingConfig,
} from "@rarl-sdk/core";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";

const judgePlugin = definePlugin({
  name: "judges",
  apiVersion: "1.0",
  apply({ judges, similarities }) {
    const judge: Judge = { name: "panel", grade: () => Promise.resolve([]) };
    const options = z.strictObject({ members: z.int().default(3) });
    judges.addFactory("panel", () => judge, { options, description: "several at once" });
    const similarity = { name: "token-f1", similarity: () => Promise.resolve([]) };
    similarities.addFactory("token-f1", () => similarity, { description: "of the tests" });
  },
});

async function parse(text: string): Promise<JudgingConfig> {
  const kernel = await createKernel({ builtins: [judgePlugin], baseDirectory: "." });
  const { raw, file, locate } = parseConfigText(text, "judges.yaml");
  return parseJudging(kernel, raw, file, locate);
}

describe("parseJudging", () => {
  it("reads the judges of a file that holds little else, defaults filled in", async () => {
    expect(await parse("judges: [{name: panel}, {name: panel, label: large, members: 9}]")).to.deep.equal({
      output: "runs",
      textSimilarity: { name: "token-f1", options: {} },
      judges: [
        { name: "panel", label: "panel", options: { members: 3 } },
        { name: "panel", label: "large", options: { members: 9 } },
      ],
    });
  });

  it("lets a run's other sections through, and no key that is none of its", async () => {
    const run = "model: {name: anything, path: x}\ndata: {train: {name: jsonl}}\njudges: [{name: panel}]\n";
    expect((await parse(run)).judges).to.have.length(1);
    const { message } = await expectError("CONFIG_KEY_UNKNOWN", parse(`${run}jugdes: []`));
    expect(message).to.contain('did you mean "judges"?');
  });

  it("refuses two judges whose verdicts would go into one file, and labels that are no file name", async () => {
    const { message } = await expectError("CONFIG_INVALID", parse("judges: [{name: panel}, {name: panel}]"));
    expect(message).to.contain("judges[1].label").and.to.contain('the label "panel" is taken by judges[0]');
    await expectError("CONFIG_INVALID", parse("judges: [{name: panel, label: ../up}]"));
  });
});
