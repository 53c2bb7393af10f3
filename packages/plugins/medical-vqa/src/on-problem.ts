import type { DataProblem, RarlError } from "@rarl-sdk/core";
import { z } from "zod";

export const onProblemOption = z
  .enum(["stop", "skip"])
  .default("stop")
  .describe("stop: refuse the data set at its first bad record. skip: set bad records aside and list them.");

export type OnProblem = z.output<typeof onProblemOption>;

/** Throws the first bad record's error, or collects the problems, as `onProblem` says. */
export class ProblemLog {
  readonly problems: DataProblem[] = [];

  constructor(private readonly onProblem: OnProblem) {}

  /** @throws `error` when problems are to stop the opening */
  report(place: { readonly file: string; readonly record: number }, error: RarlError): void {
    if (this.onProblem === "stop") throw error;
    this.problems.push({ file: place.file, record: place.record, message: error.message });
  }

  /** Why nothing is left, for `DATA_EMPTY`; null when no record was set aside. */
  get summary(): string | null {
    const [first] = this.problems;
    return first === undefined
      ? null
      : `${this.problems.length} set aside, the first because ${first.message}`;
  }
}
