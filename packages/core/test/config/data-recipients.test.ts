import { createKernel, dataRecipients, definePlugin, type Judge, type Reward } from "@rarl-sdk/core";
import { expect } from "chai";
import { z } from "zod";

const plugin = definePlugin({
  name: "sender",
  apiVersion: "1.0",
  apply({ judges, rewards }) {
    const judge: Judge = { name: "far", grade: () => Promise.resolve([]) };
    const reward: Reward = { score: () => [] };
    judges.addFactory("far", () => judge, {
      options: z.strictObject({ host: z.string().default("judge.example") }),
      description: "asks another machine",
      sendsTo: ({ host }) =>
        host === "localhost" ? null : { address: `https://${host}`, what: "completions" },
    });
    rewards.addFactory("judged", () => reward, {
      options: z.strictObject({ host: z.string() }),
      description: "asks a judge",
      uses: ({ host }) => [{ kind: "judges", name: "far", options: { host }, path: ["judge"] }],
    });
  },
});

describe("dataRecipients", () => {
  it("names who is sent samples, by components and by those they use, defaults filled in", async () => {
    const kernel = await createKernel({ builtins: [plugin], baseDirectory: "." });
    const judge = (options: Record<string, unknown>) => ({ name: "far", label: "far", options });
    const reward = { name: "judged", label: "judged", weight: 1, options: { host: "reward.example" } };
    const sections = { judges: [judge({}), judge({ host: "localhost" })], rewards: [reward] };
    expect(dataRecipients(kernel, sections)).to.deep.equal([
      {
        component: "rewards.judged, judges.far",
        address: "https://reward.example",
        what: "completions",
      },
      { component: "judges.far", address: "https://judge.example", what: "completions" },
    ]);
    expect(dataRecipients(kernel, { judges: [judge({ host: "localhost" })] })).to.deep.equal([]);
  });
});
