/**
 * Remakes the parts of the quickstart:
 *   node --conditions=rarl-source --import tsx examples/quickstart/make/make.ts <part> [folder]
 */
import { join } from "node:path";
import { writeCommittedData, writePretrainingCorpus, writeSplit } from "./write-data.js";
import { writeInitialCheckpoint, writeModelFiles } from "./write-model.js";

const quickstart = join(import.meta.dirname, "..");
const base = join(quickstart, "base");

interface Part {
  readonly about: string;
  readonly folder: string;
  readonly write: (folder: string) => Promise<void>;
}

const parts: Readonly<Record<string, Part>> = {
  data: { about: "train and held-out questions (committed)", folder: "data", write: writeCommittedData },
  model: { about: "tokenizer and configuration (committed)", folder: "base", write: writeModelFiles },
  fresh: {
    about: "1,000 further questions that nothing was tuned on",
    folder: "work/fresh",
    write: (folder) => writeSplit(folder, "fresh"),
  },
  corpus: { about: "pretraining corpus", folder: "work/corpus", write: writePretrainingCorpus },
  initial: {
    about: "untrained checkpoint",
    folder: "work/initial",
    write: (folder) => writeInitialCheckpoint(folder, base),
  },
};

const [name = "", folder] = process.argv.slice(2);
const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
if (part === undefined) {
  console.error("usage: make.ts <part> [folder]");
  for (const [known, { about }] of Object.entries(parts)) console.error(`  ${known.padEnd(8)} ${about}`);
  process.exitCode = 2;
} else {
  const target = folder ?? join(quickstart, part.folder);
  await part.write(target);
  console.log(`wrote ${part.about}: ${target}`);
}
