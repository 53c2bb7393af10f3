import { join } from "node:path";
import { inject, injectable, RarlError, tokens, type Sample } from "@rarl-sdk/core";
import { requirePath } from "../../data-file.js";
import { readJsonArray } from "../../records/read-json.js";
import type { RecordSet } from "../../records/record-set.js";
import { ReleaseSource } from "../release-source.js";
import type { VqaRadOptions } from "./options.js";
import { sampleFromVqaRad } from "./vqa-rad-record.js";

/**
 * The original VQA-RAD release: `VQA_RAD Dataset Public.json` beside `VQA_RAD Image Folder/`. OPEN and CLOSED become
 * the kind, and `meta` has organ, phraseType and questionType. (The parquet copies in circulation lack answer_type
 * and share images between their splits.)
 */
@injectable()
export class VqaRadSource extends ReleaseSource<VqaRadOptions> {
  constructor(
    @inject(tokens.options) options: VqaRadOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    super(options, baseDirectory, vqaRadRecords);
  }
}

async function vqaRadRecords(folder: string, { split, answerType }: VqaRadOptions): Promise<RecordSet> {
  const file = join(folder, "VQA_RAD Dataset Public.json");
  const imageFolder = join(folder, "VQA_RAD Image Folder");
  await requirePath(file, "file");
  await requirePath(imageFolder, "folder");
  const isSelected = ({ kind, meta }: Sample) => {
    const isTest = String(meta.phraseType).startsWith("test_");
    return (
      (split === "all" || isTest === (split === "test")) && (answerType === "all" || kind === answerType)
    );
  };
  return {
    name: `vqa-rad-${split}`,
    path: file,
    identity: [split, answerType],
    emptyReason: `no record is in split ${split} with answer type ${answerType}`,
    read: (signal) => readJsonArray(file, signal),
    toSample: (value, place) => {
      const sample = sampleFromVqaRad(value, place, imageFolder);
      return sample instanceof RarlError || isSelected(sample) ? sample : null;
    },
  };
}
