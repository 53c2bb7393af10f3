import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRunHooks, hookNames } from "@rarl-sdk/core";
import { expect } from "chai";
import { commands } from "rarl-sdk";
import { docsFolder, listPages, repositoryRoot } from "./pages.js";

/** What is written by hand about lists that the code has. */
describe("the documentation is complete", () => {
  it("has every hook, in the order of a run, with its kind, in reference/hooks.md", async () => {
    const page = await readFile(join(docsFolder, "reference/hooks.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, kind]) => [name, kind]);
    const kinds: Readonly<Record<string, string>> = {
      AsyncSeriesHook: "series",
      AsyncSeriesBailHook: "bail",
      AsyncSeriesWaterfallHook: "waterfall",
      AsyncParallelHook: "parallel",
    };
    const hooks = createRunHooks();
    expect(rows).to.deep.equal(hookNames.map((name) => [name, kinds[hooks[name].constructor.name]]));
  });

  it("names every package in the README's tree, and every page in docs/README.md", async () => {
    const readme = await readFile(join(repositoryRoot, "README.md"), "utf8");
    const [, tree = ""] = /^packages\/core .*?\n([^]*?)^```$/m.exec(readme)!;
    const plugins = await readdir(join(repositoryRoot, "packages/plugins"));
    const [, named = ""] = /^packages\/plugins +(.*)$/m.exec(tree)!;
    expect(named.split(", ").sort()).to.deep.equal(plugins.sort());
    const index = await readFile(join(docsFolder, "README.md"), "utf8");
    for (const page of (await listPages()).filter((name) => name !== "README.md"))
      expect(index, page).to.include(`(${page})`);
  });

  it("shows the commands of an evaluation's way in the README", async () => {
    const readme = await readFile(join(repositoryRoot, "README.md"), "utf8");
    for (const command of ["run", "eval", "judge", "rate", "compare", "report", "export"]) {
      expect(Object.keys(commands)).to.include(command);
      expect(readme, command).to.include(`npx rarl-sdk ${command} `);
    }
  });
});
