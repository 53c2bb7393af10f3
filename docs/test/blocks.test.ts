import { execFileSync, execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  createKernel,
  loadConfigFile,
  parseConfig,
  parseJudging,
  pluginEntries,
  ratingRecordSchema,
} from "@rarl-sdk/core";
import { JsonlSource, jsonlOptions } from "@rarl-sdk/medical-vqa";
import { expect } from "chai";
import { firstPartyPlugins } from "rarl-sdk";
import {
  docsFolder,
  fileBlocks,
  fileLinks,
  listPages,
  repositoryRoot,
  shellLines,
  type FileBlock,
} from "./pages.js";
import {
  emit,
  makeReaderClone,
  readProject,
  repositoryOptions,
  typeCheck,
  type ReaderClone,
} from "./reader-clone.js";

const pages = await listPages();
const blocks: FileBlock[] = [];
for (const page of pages) blocks.push(...(await fileBlocks(page)));
const inLanguage = (language: string): FileBlock[] => blocks.filter((block) => block.language === language);
const projects = blocks.filter(({ file }) => file.endsWith("/tsconfig.json"));

describe("the documentation", () => {
  it("has the pages and blocks that these tests are about", () => {
    expect(pages).to.include.members(["README.md", "method.md"]);
    const languages = (page: string): string[] =>
      blocks.filter((block) => block.page === page).map(({ language }) => language);
    expect(languages("guides/write-a-reward.md")).to.include.members(["ts", "yaml", "json"]);
    expect(languages("guides/data.md")).to.include.members(["ts", "yaml", "jsonl"]);
  });

  for (const page of pages) {
    it(`has no dead link on ${page}`, async () => {
      for (const target of await fileLinks(page)) {
        expect(existsSync(join(docsFolder, dirname(page), target)), target).to.equal(true);
      }
    });
  }

  it("puts every block into a file of its own", () => {
    const files = blocks.map(({ file }) => file);
    expect(files).to.deep.equal([...new Set(files)]);
  });
});

/** Does what a reader does: writes the files, makes the packages, compiles, runs the tests, opens the data. */
describe("the code of the documentation", () => {
  let clone: ReaderClone;

  before(async () => {
    clone = await makeReaderClone(blocks);
    for (const { page, file } of projects) {
      const cwd = join(clone.path, dirname(file));
      for (const line of await shellLines(page, "npm init")) execSync(line, { cwd, stdio: "pipe" });
      for (const line of await shellLines(page, "npm pkg")) execSync(line, { cwd, stdio: "pipe" });
      const project = await readProject(join(clone.path, file));
      expect(project.errors).to.deep.equal([]);
      await emit(project);
    }
  });

  after(() => clone.remove());

  it("has the right types", async () => {
    const modules = inLanguage("ts").map(({ file }) => join(clone.path, file));
    expect(typeCheck(modules, await repositoryOptions())).to.deep.equal([]);
  });

  for (const { file } of inLanguage("ts").filter((block) => block.file.endsWith(".test.ts"))) {
    it(`passes its own test ${file}`, () => {
      const compiled = join(clone.path, file.replace("/src/", "/dist/").replace(/\.ts$/, ".js"));
      const parameters = [
        "--conditions=rarl-source",
        "--import=tsx",
        "--test",
        "--test-reporter=tap",
        compiled,
      ];
      const output = execFileSync(process.execPath, parameters, { cwd: repositoryRoot, encoding: "utf8" });
      expect(output)
        .to.match(/^# pass [1-9]/m)
        .and.match(/^# fail 0$/m);
    });
  }

  const ratings = inLanguage("jsonl").filter(({ file }) => basename(file).startsWith("ratings-"));
  for (const { file, text } of ratings) {
    it(`has ratings as they are written in ${file}`, () => {
      for (const line of text.trim().split("\n")) ratingRecordSchema.parse(JSON.parse(line));
    });
  }

  for (const { file } of inLanguage("jsonl").filter((block) => !ratings.includes(block))) {
    it(`opens the data set ${file}`, async () => {
      await writeNamedImages(join(clone.path, file));
      const dataset = await new JsonlSource(jsonlOptions.parse({ path: file }), clone.path).open();
      expect(dataset.length).to.be.greaterThan(0);
    });
  }

  for (const { file } of inLanguage("yaml")) {
    it(`has a valid configuration ${file}`, async () => {
      const path = join(clone.path, file);
      const { raw, locate, baseDirectory } = await loadConfigFile(path);
      const plugins = pluginEntries(raw, path, locate);
      const kernel = await createKernel({ builtins: firstPartyPlugins, plugins, baseDirectory });
      // A file of judges alone.
      if (!("model" in raw)) {
        expect(parseJudging(kernel, raw, path, locate).judges.length).to.be.above(0);
        return;
      }
      const config = parseConfig(kernel, raw, path, locate);
      expect(config.rewards.map(({ name }) => name)).to.include("accuracy");
    });
  }
});

/** Files in place of the images that a JSONL file names; opening a data set looks whether they are there. */
async function writeNamedImages(file: string): Promise<void> {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  for (const line of lines) {
    const { image, images = [] } = JSON.parse(line) as { image?: string; images?: string[] };
    for (const path of [...images, ...(image === undefined ? [] : [image])]) {
      const target = join(dirname(file), path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, "an image");
    }
  }
}
