import { expect } from "chai";
import { allFindings, hurriedReading, parseReport, writeReport } from "../make/report.js";

describe("reports", () => {
  it("are read back as they were written, for every finding", () => {
    const findings = allFindings();
    expect(findings).to.have.length(57);
    expect(new Set(findings.map(writeReport))).to.have.length(57);
    for (const finding of findings) expect(parseReport(writeReport(finding))).to.deep.equal(finding);
  });

  it("use the words of the recipe", () => {
    expect(writeReport({ modality: "CT", left: 0, right: 1, size: "large" })).to.equal(
      "This is a CT: left clear, right one large nodule.",
    );
    expect(writeReport({ modality: "X-ray", left: 2, right: 1, size: "small" })).to.equal(
      "This is an X-ray: left two small nodules, right one small nodule.",
    );
    expect(writeReport({ modality: "MRI", left: 0, right: 0, size: "none" })).to.equal(
      "This is an MRI: left clear, right clear.",
    );
  });

  it("outside the grammar are refused", () => {
    for (const text of [
      "",
      "This is a CT",
      "This is an CT: left clear, right clear.",
      "This is a CT: left clear, right clear. ",
      "This is a CT: left one small nodule, right one large nodule.",
      "This is a CT: left two small nodules, right two small nodules.",
      "This is a CT: left one small nodules, right clear.",
    ]) {
      expect(parseReport(text), text).to.equal(undefined);
    }
  });

  it("of the hurried reader miss small nodules and stop after the first", () => {
    const read = (left: number, right: number, size: "small" | "large") =>
      hurriedReading({ modality: "CT", left, right, size });
    const clear = { modality: "CT", left: 0, right: 0, size: "none" };
    expect(read(1, 2, "small")).to.deep.equal(clear);
    expect(read(2, 1, "large")).to.deep.equal({ modality: "CT", left: 1, right: 0, size: "large" });
    expect(read(0, 3, "large")).to.deep.equal({ modality: "CT", left: 0, right: 1, size: "large" });
    expect(hurriedReading({ modality: "CT", left: 0, right: 0, size: "none" })).to.deep.equal(clear);
  });
});
