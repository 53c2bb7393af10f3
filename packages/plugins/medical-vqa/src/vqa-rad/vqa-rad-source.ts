import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
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
import { decodeUtf8, withoutByteOrderMark } from "../text.js";
import type { VqaRadOptions } from "./options.js";
import { sampleFromRelease } from "./release-record.js";

/**
 * The original VQA-RAD release: `VQA_RAD Dataset Public.json` beside `VQA_RAD Image Folder/`. OPEN and CLOSED become
 * the kind, and `meta` has organ, phraseType and questionType. (The parquet copies in circulation lack answer_type
 * and share images between their splits.)
 *
 * The fingerprint is SHA-256 over the JSON file's bytes, the split, the answer type and the records set aside.
 */
@injectable()
export class VqaRadSource implements DataSource {
  readonly #file: string;
  readonly #imageFolder: string;

  constructor(
    @inject(tokens.options) private readonly options: VqaRadOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    const folder = resolve(baseDirectory, options.path);
    this.#file = join(folder, "VQA_RAD Dataset Public.json");
    this.#imageFolder = join(folder, "VQA_RAD Image Folder");
  }

  /**
   * @throws RarlError `DATA_MISSING`, `DATA_INVALID`, `DATA_EMPTY`; with `onProblem: stop` also
   * `SAMPLE_ANSWER_MISSING` and `IMAGE_MISSING`, each naming file, record and sample
   */
  async open(signal?: AbortSignal): Promise<Dataset> {
    signal?.throwIfAborted();
    const file = this.#file;
    await requirePath(file, "file");
    await requirePath(this.#imageFolder, "folder");
    const bytes = await readFile(file, { signal });
    const records = parseRelease(bytes, file);
    const log = new ProblemLog(file, this.options.onProblem);
    const firstRecords = new Map<string, number>();
    const images = new ImageCheck();
    const samples: Sample[] = [];

    for (const [index, value] of records.entries()) {
      signal?.throwIfAborted();
      const record = index + 1;
      const sample = sampleFromRelease(value, { file, imageFolder: this.#imageFolder, record });
      if (sample instanceof RarlError) {
        log.report(record, sample);
        continue;
      }
      if (!this.#isSelected(sample)) continue;
      const problem = await recordProblem(sample, firstRecords, images);
      if (problem !== null) log.report(record, problem);
      else samples.push(sample);
    }
    const { split, answerType } = this.options;
    if (samples.length === 0) {
      const selection = `no record is in split ${split} with answer type ${answerType}`;
      throw rarlError("DATA_EMPTY", { file, reason: log.summary ?? selection });
    }
    const setAside = log.problems.map((problem) => problem.record);
    const hash = createHash("sha256")
      .update(bytes)
      .update(JSON.stringify([split, answerType, setAside]));
    return {
      name: `vqa-rad-${split}`,
      length: samples.length,
      fingerprint: `sha256:${hash.digest("hex")}`,
      problems: log.problems,
      // eslint-disable-next-line @typescript-eslint/require-await -- the contract is asynchronous, the list is here
      async *[Symbol.asyncIterator]() {
        yield* samples;
      },
    };
  }

  #isSelected({ kind, meta }: Sample): boolean {
    const { split, answerType } = this.options;
    const isTest = String(meta.phraseType).startsWith("test_");
    return (
      (split === "all" || isTest === (split === "test")) && (answerType === "all" || kind === answerType)
    );
  }
}

function parseRelease(bytes: Uint8Array, file: string): readonly unknown[] {
  const invalid = (problem: string): RarlError => rarlError("DATA_INVALID", { file, problems: [problem] });
  const text = decodeUtf8(bytes);
  if (text === null) throw invalid("the file holds bytes that are not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(text));
  } catch (error) {
    throw invalid(`not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(value)) throw invalid("the file is not an array of records");
  return value;
}
