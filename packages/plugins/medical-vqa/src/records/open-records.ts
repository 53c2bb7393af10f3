import { createHash } from "node:crypto";
import { dirname, relative } from "node:path";
import { rarlError, RarlError, type Dataset, type Sample } from "@rarl-sdk/core";
import { ImageCheck } from "../data-file.js";
import { ProblemLog, type OnProblem } from "../on-problem.js";
import { recordProblem } from "../record-problem.js";
import type { SelectionOptions } from "../selection/options.js";
import { Selection } from "../selection/selection.js";
import type { RecordSet } from "./record-set.js";

/**
 * Opens a set of records: reads all of them once, checks each and that its images are there, and keeps only which are
 * used; iterating reads them again, one at a time.
 *
 * The fingerprint is SHA-256 over the samples, where images count by their place, the selection and what was set aside.
 * @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `DATA_EMPTY`; with `onProblem: stop` also
 * `SAMPLE_ANSWER_MISSING` and `IMAGE_MISSING`, each naming file, record and sample
 */
export async function openRecords(
  set: RecordSet,
  options: SelectionOptions & { readonly onProblem: OnProblem },
  signal?: AbortSignal,
): Promise<Dataset> {
  signal?.throwIfAborted();
  const log = new ProblemLog(options.onProblem);
  const selection = new Selection(options);
  const firstRecords = new Map<string, number>();
  const images = new ImageCheck();
  const admitted: { readonly ordinal: number; readonly hash: string }[] = [];
  let ordinal = -1;
  for await (const raw of set.read(signal)) {
    signal?.throwIfAborted();
    ordinal++;
    const sample = raw.problem ?? set.toSample(raw.value, raw);
    if (sample === null) continue;
    const problem = sample instanceof RarlError ? sample : await recordProblem(sample, firstRecords, images);
    if (problem !== null) log.report(raw, problem);
    else if (await selection.admits(sample as Sample))
      admitted.push({ ordinal, hash: contentHash(sample as Sample) });
  }
  const kept = selection.choose(admitted);
  if (kept.length === 0) {
    const { leftOut } = selection;
    const reason = leftOut > 0 ? `the selection leaves out all of ${leftOut} records` : log.summary;
    throw rarlError("DATA_EMPTY", {
      file: set.path,
      reason: reason ?? set.emptyReason ?? "there are no records in it",
    });
  }
  const hash = createHash("sha256");
  for (const item of kept) hash.update(item.hash);
  hash.update(JSON.stringify([set.identity, selection.identity, log.problems.map(({ record }) => record)]));
  const ordinals = Uint32Array.from(kept, (item) => item.ordinal);
  return {
    name: set.name,
    length: kept.length,
    fingerprint: `sha256:${hash.digest("hex")}`,
    problems: log.problems,
    leftOut: selection.leftOut,
    [Symbol.asyncIterator]: () => readAgain(set, ordinals),
  };
}

/** The records at `ordinals`, which rise. */
async function* readAgain(set: RecordSet, ordinals: Uint32Array): AsyncGenerator<Sample> {
  let next = 0;
  let ordinal = -1;
  for await (const raw of set.read()) {
    if (next === ordinals.length) return;
    ordinal++;
    if (ordinal !== ordinals[next]) continue;
    next++;
    const sample = raw.problem ?? set.toSample(raw.value, raw);
    if (sample === null || sample instanceof RarlError) throw changed(raw, sample);
    yield sample;
  }
  if (next < ordinals.length) throw changed({ file: set.path, record: ordinal + 2 }, null);
}

function changed(
  place: { readonly file: string; readonly record: number },
  cause: RarlError | null,
): RarlError {
  const { file, record } = place;
  const problems = ["the file has changed since it was opened"];
  return rarlError("DATA_INVALID", { file, record, problems }, { cause });
}

function contentHash({ origin, images, ...sample }: Sample): string {
  const folder = dirname(origin.file);
  const places = images.map((image) =>
    "path" in image ? relative(folder, image.path) : relative(folder, image.label),
  );
  return createHash("sha256")
    .update(JSON.stringify([sample, places]))
    .digest("hex");
}
