import { expect } from "chai";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { createKernel, definePlugin, locatePlugin } from "@rarl-sdk/core";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

/** A module without imports, as a package that has not been installed can have none. */
const source = (name: string, more = "") =>
  `export default { name: ${JSON.stringify(name)}, apiVersion: "1.0", ${more} apply({ rewards }) {
    rewards.addFactory("from-${name.replaceAll(/\W/g, "-")}", () => ({ score: (items) => items.map(() => 1) }), { description: "x" });
  } };`;

async function write(directory: string, files: Readonly<Record<string, string | object>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

const load = (
  baseDirectory: string,
  ...plugins: (string | { use: string; options: Record<string, unknown> })[]
) => createKernel({ builtins: [], plugins, baseDirectory });

describe("plugin discovery", () => {
  it("finds files and folders by path from the configuration's folder", async () => {
    await withTemporaryDirectory(async (directory) => {
      await write(directory, {
        "near.mjs": source("near"),
        "folder/package.json": { type: "module", exports: "./main.js" },
        "folder/main.js": source("folder"),
        "typed.ts": `const name: string = "typed";\n${source("typed")}`,
        "named.mjs": source("named").replace("export default", "export const plugin ="),
      });
      const kernel = await load(
        directory,
        "./near.mjs",
        "./folder",
        path.join(directory, "typed.ts"),
        "./named.mjs",
      );
      expect(kernel.plugins.map(({ name }) => name)).to.deep.equal(["near", "folder", "typed", "named"]);
      expect(kernel.has("rewards", "from-near")).to.equal(true);
    });
  });

  it("finds packages for import only, scoped ones and subpaths, from folders above", async () => {
    await withTemporaryDirectory(async (directory) => {
      await write(directory, {
        "node_modules/plain/package.json": { type: "module", exports: { ".": { import: "./esm.js" } } },
        "node_modules/plain/esm.js": source("plain"),
        "node_modules/@scope/pack/package.json": {
          type: "module",
          exports: {
            ".": {
              types: "./x.d.ts",
              browser: "./no.js",
              node: { require: "./no.cjs", default: "./main.js" },
            },
            "./extra": "./extra.js",
          },
        },
        "node_modules/@scope/pack/main.js": source("scoped"),
        "node_modules/@scope/pack/extra.js": source("extra"),
        "node_modules/old/package.json": { main: "lib/index.js" },
        "node_modules/old/lib/index.js": source("old").replace("export default", "module.exports ="),
        "linked-source/package.json": { type: "module", main: "index.js" },
        "linked-source/index.js": source("linked"),
        "deep/er/rarl.yaml": "",
      });
      await symlink(
        path.join(directory, "linked-source"),
        path.join(directory, "node_modules/linked"),
        "dir",
      );
      const kernel = await load(
        path.join(directory, "deep/er"),
        "plain",
        "@scope/pack",
        "@scope/pack/extra",
        "old",
        "linked",
      );
      expect(kernel.plugins.map(({ name }) => name)).to.deep.equal([
        "plain",
        "scoped",
        "extra",
        "old",
        "linked",
      ]);
    });
  });

  it("says from where a plugin was looked for", async () => {
    await withTemporaryDirectory(async (directory) => {
      const missing = await expectError("PLUGIN_NOT_FOUND", load(directory, "rarl-no-such-plugin"));
      expect(missing.message).to.contain(directory).and.to.contain("rarl-no-such-plugin");
      expect(missing.exitCode).to.equal(4);
      await expectError("PLUGIN_NOT_FOUND", load(directory, "./absent.mjs"));
      await write(directory, { "node_modules/unbuilt/package.json": { exports: "./dist/index.js" } });
      for (const use of ["unbuilt", "./node_modules/unbuilt"]) {
        expect((await expectError("PLUGIN_NOT_FOUND", load(directory, use))).message).to.contain(
          "is the package built?",
        );
      }
      await write(directory, { "node_modules/torn/package.json": "{" });
      await expectError("PLUGIN_NOT_FOUND", load(directory, "torn"));
    });
  });

  it("refuses a package of another interface version before its code runs", async () => {
    await withTemporaryDirectory(async (directory) => {
      await write(directory, {
        "node_modules/future/package.json": {
          name: "future",
          type: "module",
          main: "index.js",
          rarl: { apiVersion: "9.0" },
        },
        "node_modules/future/index.js": "throw new Error('the code ran');",
      });
      const error = await expectError("PLUGIN_API_VERSION", load(directory, "future"));
      expect(error.message).to.contain("future").and.to.contain("9.0").and.to.contain("package.json");
      await write(directory, { "late.mjs": source("late").replace('"1.0"', '"1.99"') });
      expect((await expectError("PLUGIN_API_VERSION", load(directory, "./late.mjs"))).message).to.contain(
        "1.99",
      );
    });
  });

  it("reads what a package provides without running it", async () => {
    await withTemporaryDirectory(async (directory) => {
      await write(directory, {
        "node_modules/listed/package.json": {
          name: "listed",
          version: "2.1.0",
          description: "Rewards by the dozen",
          main: "index.js",
          rarl: { apiVersion: "1.0", provides: { rewards: ["bleu"] } },
        },
        "node_modules/listed/index.js": "throw new Error('the code ran');",
        "node_modules/wrong/package.json": {
          main: "i.js",
          rarl: { apiVersion: "1.0", provides: { reward: ["bleu"] } },
        },
        "node_modules/wrong/i.js": "",
      });
      expect((await locatePlugin("listed", directory)).metadata).to.deep.equal({
        package: "listed",
        version: "2.1.0",
        description: "Rewards by the dozen",
        apiVersion: "1.0",
        provides: { rewards: ["bleu"] },
      });
      await expectError("PLUGIN_INVALID", locatePlugin("wrong", directory));
    });
  });

  it("tells a module that fails from one that exports no plugin", async () => {
    await withTemporaryDirectory(async (directory) => {
      await write(directory, {
        "fails.mjs": "throw new Error('boom');",
        "empty.mjs": "export const x = 1;",
        "half.mjs": "export default { name: 'half' };",
      });
      expect((await expectError("PLUGIN_LOAD_FAILED", load(directory, "./fails.mjs"))).message).to.contain(
        "boom",
      );
      await expectError("PLUGIN_INVALID", load(directory, "./empty.mjs"));
      const half = await expectError("PLUGIN_INVALID", load(directory, "./half.mjs"));
      expect(half.message).to.contain("apiVersion is missing").and.to.contain("apply is not a function");
    });
  });

  it("hands an entry's options to the plugin, checked by its schema", async () => {
    const seen: unknown[] = [];
    const configurable = definePlugin({
      name: "configurable",
      apiVersion: "1.0",
      options: z.strictObject({ level: z.int().default(1) }),
      apply: (_, options) => {
        seen.push(options);
      },
    });
    (globalThis as Record<string, unknown>)["rarlTestPlugin"] = configurable;
    await withTemporaryDirectory(async (directory) => {
      await write(directory, { "p.mjs": "export default globalThis.rarlTestPlugin;" });
      await load(directory, { use: "./p.mjs", options: { level: 3 } });
      await load(directory, "./p.mjs");
      const error = await expectError(
        "PLUGIN_OPTIONS",
        load(directory, { use: "./p.mjs", options: { levle: 3 } }),
      );
      expect(error.message).to.contain('did you mean "level"?');
      // The same plugin built in and named: the entry gives the built-in one its options.
      await createKernel({
        builtins: [configurable],
        plugins: [{ use: "./p.mjs", options: { level: 5 } }],
        baseDirectory: directory,
      });
      await expectError("PLUGIN_DUPLICATE", load(directory, "./p.mjs", "./p.mjs"));
    });
    delete (globalThis as Record<string, unknown>)["rarlTestPlugin"];
    expect(seen).to.deep.equal([{ level: 3 }, { level: 1 }, { level: 5 }]);
  });
});
