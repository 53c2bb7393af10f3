import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import type { Judge, JudgeItem, Verdict } from "../contracts/judge.js";
import type { Sample } from "../contracts/sample.js";
import { rarlError } from "../errors/rarl-error.js";
import { JsonlWriter } from "../files/jsonl-writer.js";
import { completionHash } from "./records/completion-hash.js";
import { readVerdictsOf, verdictsFile } from "./records/read-records.js";
import type { VerdictRecord } from "./records/verdict-record.js";

export interface JudgingRequest {
  /** Folder of the evaluation. */
  readonly directory: string;
  readonly judge: Judge;
  /** Names the file of the verdicts. */
  readonly label: string;
  /** For messages. */
  readonly plugin: string;
  readonly items: readonly JudgeItem[];
  readonly signal: AbortSignal;
  /** States of earlier verdicts to ask about again; `error` always is. */
  readonly again?: readonly Verdict["state"][];
  /** Called with each verdict that is new, once it is written. */
  readonly onVerdict?: (verdict: Verdict) => void;
}

export interface Judging {
  /** One an item, in order. */
  readonly verdicts: readonly Verdict[];
  /** How many of them an earlier judging had left. */
  readonly kept: number;
}

/**
 * Has one judge grade an evaluation and keeps what it says in `verdicts-<label>.jsonl`. Verdicts are written as they
 * come, so that a process that is killed loses none; those of an earlier judging stand when they are about the same
 * completion, question and annotation and by the same judge.
 * @throws RarlError what the judge throws, `JUDGE_COUNT`, `JSONL_INVALID`, `DISK_FULL`, `OUTPUT_NOT_WRITABLE`
 */
export async function judgeEvaluation(request: JudgingRequest): Promise<Judging> {
  const { directory, judge, label, items, again = [] } = request;
  const known = await readVerdictsOf(directory, label);
  const fingerprint = judge.fingerprint ?? judge.name;
  const stands = (record: VerdictRecord | undefined, item: JudgeItem): boolean =>
    record !== undefined &&
    record.completionSha256 === completionHash(item.prediction) &&
    record["sampleSha256"] === annotationHash(item.sample) &&
    record["judge"] === fingerprint &&
    record.state !== "error" &&
    !again.includes(record.state);

  const verdicts = items.map((item): Verdict | null => {
    const record = known.get(item.sample.id);
    return stands(record, item) ? asVerdict(record!) : null;
  });
  const open = verdicts.flatMap((verdict, index) => (verdict === null ? [index] : []));
  if (open.length > 0) await gradeOpen(request, fingerprint, verdicts, open);
  return { verdicts: verdicts as Verdict[], kept: items.length - open.length };
}

/** Grades the items at the places `open` and fills in their verdicts. */
async function gradeOpen(
  { directory, judge, label, plugin, items, signal, onVerdict }: JudgingRequest,
  fingerprint: string,
  verdicts: (Verdict | null)[],
  open: readonly number[],
): Promise<void> {
  const file = verdictsFile(directory, label);
  const writer = await JsonlWriter.open(file);
  // One line after another, however many verdicts come at once.
  let written: Promise<void> = Promise.resolve();
  const keep = (place: number, verdict: Verdict): Promise<void> => {
    const index = open[place]!;
    const { sample, prediction } = items[index]!;
    const record = {
      sampleId: sample.id,
      completionSha256: completionHash(prediction),
      sampleSha256: annotationHash(sample),
      judge: fingerprint,
      ...verdict,
      gradedAt: new Date().toISOString(),
    };
    written = written.then(() => writer.append(record));
    return written.then(() => {
      verdicts[index] = verdict;
      onVerdict?.(verdict);
    });
  };
  try {
    const asked = open.map((index) => items[index]!);
    const graded = await judge.grade(asked, signal, keep);
    if (graded.length !== asked.length) {
      const counts = { expected: asked.length, found: graded.length };
      throw rarlError("JUDGE_COUNT", { judge: label, plugin, ...counts });
    }
    // A judge that answers all at once has told of none.
    for (const [place, verdict] of graded.entries()) {
      if (verdicts[open[place]!] === null) await keep(place, verdict);
    }
  } finally {
    await written.catch(() => undefined);
    await writer.close();
    // A judge that was turned away has said nothing, and is none that failed.
    if ((await stat(file)).size === 0) await rm(file);
  }
}

/** Of everything in a sample that a judge grades against. */
function annotationHash({ question, answer, reasoning, choices }: Sample): string {
  const parts = JSON.stringify([question, answer, reasoning ?? null, choices ?? null]);
  return createHash("sha256").update(parts).digest("hex");
}

/** What the file says about a verdict beside the verdict itself. */
const bookkeeping = new Set(["sampleId", "completionSha256", "sampleSha256", "judge", "gradedAt"]);

function asVerdict(record: VerdictRecord): Verdict {
  const fields = Object.entries(record).filter(([key]) => !bookkeeping.has(key));
  return Object.fromEntries(fields) as unknown as Verdict;
}
