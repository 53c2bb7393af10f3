import { createHash } from "node:crypto";
import type { ImageSource, Sample } from "@rarl-sdk/core";
import type { SelectionOptions } from "./options.js";
import { passesFilter } from "./passes-filter.js";
import { stratifiedSubset, type Candidate } from "./stratified-subset.js";
import { unitHash } from "./unit-hash.js";

/** Decides sample by sample, then as a whole, which are used: filter, then part, then subset. */
export class Selection {
  readonly #candidates: Candidate[] = [];
  #refused = 0;

  constructor(private readonly options: SelectionOptions) {}

  /** What of the options decides; part of a data set's fingerprint. */
  get identity(): unknown {
    const { filter, part, subset } = this.options;
    return [filter ?? null, part ?? null, subset ?? null];
  }

  /** How many samples the filter, the part and the subset left out. */
  get leftOut(): number {
    const { subset } = this.options;
    const over = subset === undefined ? 0 : Math.max(0, this.#candidates.length - subset.size);
    return this.#refused + over;
  }

  /** Whether the sample passes the filter and falls into the part. */
  async admits(sample: Sample): Promise<boolean> {
    const { filter, part, subset } = this.options;
    const isAdmitted = passesFilter(sample, filter) && (part === undefined || (await isInPart(sample, part)));
    if (!isAdmitted) this.#refused++;
    else if (subset !== undefined) {
      const stratum = JSON.stringify(
        subset.stratifyBy.map((key) => (key === "kind" ? sample.kind : (sample.meta[key] ?? null))),
      );
      this.#candidates.push({ stratum, order: unitHash("subset", subset.seed, sample.id) });
    }
    return isAdmitted;
  }

  /** Of one item a sample that was admitted, in order, those in the subset. */
  choose<Item>(items: readonly Item[]): readonly Item[] {
    const { subset } = this.options;
    if (subset === undefined) return items;
    const isChosen = stratifiedSubset(this.#candidates, subset.size);
    return items.filter((_, index) => isChosen[index]);
  }
}

async function isInPart(sample: Sample, part: NonNullable<SelectionOptions["part"]>): Promise<boolean> {
  const [image] = sample.images;
  const key = part.groupBy === "sample" || image === undefined ? sample.id : await imageKey(image);
  const place = unitHash("part", part.seed, key);
  let below = 0;
  for (const [name, share] of Object.entries(part.of)) {
    below += share;
    if (place < below) return name === part.name;
  }
  // Shares sum to 1 but for rounding.
  return Object.keys(part.of).at(-1) === part.name;
}

/** What an image is known by in every record that shows it: its file's name, or its bytes. */
async function imageKey(image: ImageSource): Promise<string> {
  if ("path" in image) return image.path.split(/[\\/]/).slice(-2).join("/");
  const bytes = "bytes" in image ? image.bytes : await image.read();
  return createHash("sha256").update(bytes).digest("hex");
}
