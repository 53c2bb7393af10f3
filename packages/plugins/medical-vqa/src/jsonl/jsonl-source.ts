import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import {
  inject,
  injectable,
  rarlError,
  RarlError,
  tokens,
  type Dataset,
  type DataSource,
  type Sample,
} from "@rarl-sdk/core";
import { ImageCheck, requirePath } from "../data-file.js";
import { ProblemLog } from "../on-problem.js";
import { recordProblem } from "../record-problem.js";
import { Selection } from "../selection/selection.js";
import type { JsonlOptions } from "./options.js";
import { parseLine } from "./parse-line.js";
import { maxLineBytes, readLines } from "./read-lines.js";

/** Where a good record stands in the file, bytes. */
interface RecordSpan {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Data sets in the native form: one JSON object a line, `{id, image | images, question, answer, reasoning?, kind?,
 * choices?, meta?}`, UTF-8. Opening reads the file once, checks every record and that its images are there, and keeps
 * only where each record stands; iterating reads them again, one at a time.
 *
 * The fingerprint is SHA-256 over the file's bytes, the selection and the records set aside.
 */
@injectable()
export class JsonlSource implements DataSource {
  readonly #file: string;

  constructor(
    @inject(tokens.options) private readonly options: JsonlOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    this.#file = resolve(baseDirectory, options.path);
  }

  /**
   * @throws RarlError `DATA_MISSING`, `DATA_EMPTY`; with `onProblem: stop` also `DATA_INVALID`,
   * `SAMPLE_ANSWER_MISSING`, `IMAGE_MISSING`, each naming file, line and sample
   */
  async open(signal?: AbortSignal): Promise<Dataset> {
    signal?.throwIfAborted();
    const file = this.#file;
    await requirePath(file, "file");
    const hash = createHash("sha256");
    const log = new ProblemLog(this.options.onProblem);
    const spans: RecordSpan[] = [];
    const firstLines = new Map<string, number>();
    const images = new ImageCheck();
    const selection = new Selection(this.options);

    for await (const line of readLines(hashed(file, hash), maxLineBytes)) {
      signal?.throwIfAborted();
      const sample = parseLine(line, file);
      if (sample === null) continue;
      if (sample instanceof RarlError) {
        log.report({ file, record: line.number }, sample);
        continue;
      }
      const problem = await recordProblem(sample, firstLines, images);
      if (problem !== null) log.report({ file, record: line.number }, problem);
      else if (await selection.admits(sample))
        spans.push({ line: line.number, offset: line.offset, length: line.bytes!.length });
    }
    const kept = selection.choose(spans);
    if (kept.length === 0) {
      const { leftOut } = selection;
      const reason = leftOut > 0 ? `the selection leaves out all of ${leftOut} records` : log.summary;
      throw rarlError("DATA_EMPTY", { file, reason: reason ?? "there are no records in it" });
    }
    hash.update(JSON.stringify([selection.identity, log.problems.map((problem) => problem.record)]));
    return {
      name: basename(file, ".jsonl"),
      length: kept.length,
      fingerprint: `sha256:${hash.digest("hex")}`,
      problems: log.problems,
      leftOut: selection.leftOut,
      [Symbol.asyncIterator]: () => readSamples(file, kept),
    };
  }
}

async function* hashed(file: string, hash: { update(bytes: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* readSamples(file: string, spans: readonly RecordSpan[]): AsyncGenerator<Sample> {
  await requirePath(file, "file");
  const handle = await open(file, "r");
  try {
    for (const { line, offset, length } of spans) {
      const bytes = Buffer.alloc(length);
      await handle.read(bytes, 0, length, offset);
      const sample = parseLine({ number: line, offset, bytes, terminated: true }, file);
      if (sample === null || sample instanceof RarlError) {
        const problems = ["the file has changed since it was opened"];
        throw rarlError("DATA_INVALID", { file, record: line, problems }, { cause: sample });
      }
      yield sample;
    }
  } finally {
    await handle.close();
  }
}
