import type { Sample } from "@rarl-sdk/core";
import type { SftOptions } from "./options.js";

/** The completion that a sample teaches; `meta.target` is taken as it stands. */
export function targetText(sample: Sample, target: SftOptions["target"]): string {
  const exact = sample.meta["target"];
  if (typeof exact === "string" && exact !== "") return exact;
  const answer = `<answer> ${sample.answer} </answer>`;
  return target === "auto" && sample.reasoning !== undefined
    ? `<think> ${sample.reasoning} </think> ${answer}`
    : answer;
}
