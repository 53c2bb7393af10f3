import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { predictionRecordSchema, readVerdicts, type VerdictRecord } from "@rarl-sdk/core";
import { stringify } from "yaml";
import { JudgeServer } from "../../../plugins/llm-judge/test/support/judge-server.js";

/** Fake, and in the form of a key, so that a leak is seen. */
export const judgeKey = "sk-test-fedcba9876543210";
export const judgeKeyVariable = "RARL_TEST_JUDGE_KEY";

/** A temporary folder with evaluations, and a server that plays the judges' endpoints. */
export class JudgedWorkspace {
  private constructor(
    readonly folder: string,
    readonly server: JudgeServer,
  ) {}

  static async create(): Promise<JudgedWorkspace> {
    return new JudgedWorkspace(await mkdtemp(path.join(tmpdir(), "rarl-judge-")), await JudgeServer.start());
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Predictions about `count` samples, every second one right, in a folder of their own. */
  async writeEvaluation(name: string, count: number): Promise<string> {
    const folder = this.path(name);
    await mkdir(folder, { recursive: true });
    const records = Array.from({ length: count }, (_, index) => {
      const answer = index % 2 === 0 ? "no" : "yes";
      return predictionRecordSchema.parse({
        sample: {
          id: `s${index}`,
          images: [],
          question: `Is the lung of item-${index} healthy?`,
          answer: "no",
          reasoning: "There is an opacity.",
          kind: "closed",
          meta: {},
          origin: { file: "test.jsonl", record: index + 1 },
        },
        style: "reasoning",
        completion: `<think>There is an opacity.</think><answer>${answer}</answer>`,
        think: "There is an opacity.",
        answer,
        finishReason: "stop",
        tokens: 12,
        promptTokens: 20,
        rewards: {},
        reward: null,
        strict: answer === "no",
        lenient: answer === "no",
        scores: {},
      });
    });
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await writeFile(path.join(folder, "predictions.jsonl"), lines);
    return folder;
  }

  /** A configuration of judges at the server; `output` keeps caches and costs apart. */
  async writeJudges(judges: readonly Readonly<Record<string, unknown>>[], output = "runs"): Promise<string> {
    const file = this.path(`${output}.yaml`);
    await writeFile(file, stringify({ output, judges }));
    return file;
  }

  openai(changes: object = {}): Readonly<Record<string, unknown>> {
    const { server } = this;
    return {
      name: "openai",
      model: "gpt-4o-mini",
      baseURL: server.openai,
      keyVariable: judgeKeyVariable,
      ...changes,
    };
  }

  gemini(changes: object = {}): Readonly<Record<string, unknown>> {
    const { server } = this;
    return {
      name: "gemini",
      model: "gemini-1.5-flash",
      baseURL: server.origin,
      keyVariable: judgeKeyVariable,
      ...changes,
    };
  }

  /** Everything that is in any file of the folder. */
  async everythingWritten(): Promise<string> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const texts = await Promise.all(
      files.map((entry) => readFile(path.join(entry.parentPath, entry.name), "utf8")),
    );
    return texts.join("\n");
  }

  async remove(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What verdicts say, without when and at what cost. */
export async function verdictSet(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const what = (record: VerdictRecord) =>
    record.state === "valid"
      ? [record.state, record.reasoningScore, record.predictionScore, record.justification]
      : [record.state, record.detail];
  const verdicts = await readVerdicts(folder);
  const entries = [...verdicts].flatMap(([judge, records]) =>
    [...records].map(([id, record]) => [`${judge} ${id}`, what(record)] as const),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
