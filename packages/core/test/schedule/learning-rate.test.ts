import { expect } from "chai";
import { readFile } from "node:fs/promises";
import type { ScheduleKind } from "../../src/config/run-config.js";
import { learningRateAt } from "../../src/schedule/learning-rate.js";

interface Reference {
  readonly peak: number;
  readonly cases: readonly {
    readonly kind: ScheduleKind;
    readonly totalSteps: number;
    readonly warmupSteps: number;
    readonly finalRatio: number;
    readonly rates: readonly number[];
  }[];
}

describe("learning-rate schedules", () => {
  it("equal transformers' for every kind, warm-up and final ratio", async () => {
    const file = new URL("./reference/learning-rates.json", import.meta.url);
    const reference = JSON.parse(await readFile(file, "utf8")) as Reference;
    expect(reference.cases).to.have.length(15);
    for (const { kind, totalSteps, warmupSteps, finalRatio, rates } of reference.cases) {
      rates.forEach((rate, index) => {
        const found = learningRateAt(
          { kind, warmupSteps, finalRatio },
          reference.peak,
          index + 1,
          totalSteps,
        );
        expect(found, `${kind} ${warmupSteps}/${totalSteps} at ${index}`).to.be.closeTo(rate, 1e-15);
      });
    }
  });

  it("stay at the final ratio beyond the last step", () => {
    for (const kind of ["linear", "cosine"] as const) {
      const schedule = { kind, warmupSteps: 0, finalRatio: 0.25 };
      expect(learningRateAt(schedule, 1, 11, 10)).to.be.closeTo(0.25, 1e-15);
      expect(learningRateAt(schedule, 1, 40, 10)).to.be.closeTo(0.25, 1e-15);
    }
  });
});
