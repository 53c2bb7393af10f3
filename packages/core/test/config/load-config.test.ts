import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { loadConfigFile, parseConfigText, RarlError } from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

describe("loadConfigFile", () => {
  it("reads YAML and remembers where each key and item stands", async () => {
    await withTemporaryDirectory(async (directory) => {
      const file = path.join(directory, "rarl.yaml");
      await writeFile(file, "name: x\ntraining:\n  steps: 3\nlist:\n  - a\n  - {b: 1}\n");
      const { raw, baseDirectory, locate } = await loadConfigFile(file);
      expect(raw).to.deep.equal({ name: "x", training: { steps: 3 }, list: ["a", { b: 1 }] });
      expect(baseDirectory).to.equal(directory);
      expect(locate(["training", "steps"])).to.deep.equal({ line: 3, column: 3 });
      expect(locate(["list", 1, "b"])).to.deep.equal({ line: 6, column: 6 });
      expect(locate(["list", 0])).to.deep.equal({ line: 5, column: 5 });
      // What is missing is missing from its section.
      expect(locate(["training", "epochs"])).to.deep.equal({ line: 2, column: 1 });
      expect(locate(["absent"])).to.equal(null);
    });
  });

  it("tells a missing file from one that cannot be read", async () => {
    await withTemporaryDirectory(async (directory) => {
      const missing = await expectError("CONFIG_MISSING", loadConfigFile(path.join(directory, "no.yaml")));
      expect(missing.message).to.contain(path.join(directory, "no.yaml"));
      const folder = await expectError("CONFIG_UNREADABLE", loadConfigFile(directory));
      expect(folder.message).to.match(/it is a folder$/);
    });
  });
});

describe("parseConfigText", () => {
  const cases: [what: string, text: string, message: RegExp][] = [
    ["a broken mapping", "a: 1\nb: [1, 2\n", /^rarl\.yaml:3:1 is not valid YAML/],
    ["a tab for indentation", "a:\n\tb: 1\n", /^rarl\.yaml:2:1 is not valid YAML/],
    [
      "a key that is there twice",
      "seed: 1\nname: x\nseed: 2\n",
      /^rarl\.yaml:3:1 is not valid YAML: .*unique/,
    ],
    ["an unknown alias", "a: *nobody\n", /^rarl\.yaml.* is not valid YAML: .*nobody/],
    ["a list at the top", "- a\n", /must hold keys and values/],
    ["a single word", "hello\n", /must hold keys and values/],
  ];
  for (const [what, text, message] of cases) {
    it(`refuses ${what}`, () => {
      expect(() => parseConfigText(text, "rarl.yaml")).to.throw(RarlError, message);
    });
  }

  it("refuses aliases that blow up to gigabytes", () => {
    let text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (let level = 1; level < 12; level++) {
      text += `a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]\n`;
    }
    expect(() => parseConfigText(text, "rarl.yaml")).to.throw(RarlError, /not valid YAML/);
  });

  it("takes an empty file for one that says nothing", () => {
    expect(parseConfigText("# nothing yet\n", "rarl.yaml").raw).to.deep.equal({});
  });
});
