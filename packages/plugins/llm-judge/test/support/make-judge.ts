import { createKernel, tokens, type Judge, type JudgeItem, type Kernel } from "@rarl-sdk/core";
import { testSample } from "@rarl-sdk/core/testing";
import {
  createJudge,
  geminiAccess,
  geminiJudgeOptions,
  openaiAccess,
  openaiJudgeOptions,
  type JudgeSurroundings,
} from "../../src/index.js";
import { FakeClock } from "./fake-clock.js";
import type { JudgeServer } from "./judge-server.js";

export const running: AbortSignal = new AbortController().signal;

/** Fake, and in the form of a key, so that a leak is seen. */
export const key = "sk-test-0123456789abcdef/+=";

export interface Folders {
  readonly recordDirectory?: string;
  readonly cacheDirectory?: string;
  readonly baseDirectory?: string;
}

async function containerOf(folders: Folders): Promise<Kernel["container"]> {
  const { container } = await createKernel({ builtins: [], baseDirectory: folders.baseDirectory ?? "." });
  const { recordDirectory, cacheDirectory } = folders;
  if (recordDirectory !== undefined)
    container.register(tokens.recordDirectory, { useValue: recordDirectory });
  if (cacheDirectory !== undefined) container.register(tokens.cacheDirectory, { useValue: cacheDirectory });
  return container;
}

interface MadeJudge {
  readonly judge: Judge;
  readonly clock: FakeClock;
}

function surroundings(clock: FakeClock): JudgeSurroundings {
  return { clock, random: () => 0, environment: { JUDGE_TEST_KEY: key } };
}

export async function openaiJudge(
  server: JudgeServer,
  options: object = {},
  folders: Folders = {},
): Promise<MadeJudge> {
  const clock = new FakeClock();
  const parsed = openaiJudgeOptions.parse({
    model: "gpt-4o-mini",
    baseURL: server.openai,
    keyVariable: "JUDGE_TEST_KEY",
    ...options,
  });
  return { clock, judge: createJudge(openaiAccess, parsed, await containerOf(folders), surroundings(clock)) };
}

export async function geminiJudge(
  server: JudgeServer,
  options: object = {},
  folders: Folders = {},
): Promise<MadeJudge> {
  const clock = new FakeClock();
  const parsed = geminiJudgeOptions.parse({
    model: "gemini-1.5-flash",
    baseURL: server.origin,
    keyVariable: "JUDGE_TEST_KEY",
    ...options,
  });
  return { clock, judge: createJudge(geminiAccess, parsed, await containerOf(folders), surroundings(clock)) };
}

/** An item that the server knows again by its question. */
export function itemOf(
  name: string,
  changes: Partial<JudgeItem["sample"]> = {},
  prediction?: string,
): JudgeItem {
  return {
    sample: testSample({
      id: name,
      question: `Is the lung of item-${name} healthy?`,
      answer: "no",
      ...changes,
    }),
    prediction: prediction ?? `<think>There is an opacity.</think><answer>no</answer>`,
  };
}

export function itemsOf(count: number): JudgeItem[] {
  return Array.from({ length: count }, (_, index) => itemOf(String(index)));
}
