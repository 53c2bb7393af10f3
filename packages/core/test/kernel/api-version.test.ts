import { expect } from "chai";
import { isApiVersion, isCompatible } from "../../src/kernel/api-version.js";

describe("plugin interface versions", () => {
  const cases: [plugin: string, host: string, compatible: boolean][] = [
    ["1.0", "1.0", true],
    ["1.0", "1.4", true],
    ["1.4", "1.4", true],
    ["1.5", "1.4", false],
    ["1.10", "1.9", false],
    ["1.9", "1.10", true],
    ["1.2.7", "1.2", true],
    ["2.0", "1.4", false],
    ["0.9", "1.0", false],
    ["1", "1.0", false],
    ["1.0-beta", "1.0", false],
  ];
  for (const [plugin, host, compatible] of cases) {
    it(`${compatible ? "accept" : "refuse"} ${plugin} on a host of ${host}`, () => {
      expect(isCompatible(plugin, host)).to.equal(compatible);
    });
  }

  it("have a major and a minor", () => {
    expect(["1.0", "1.0.3", "1", "v1.0", ""].map(isApiVersion)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
