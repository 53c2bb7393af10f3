import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineConformance } from "@rarl-sdk/core/testing";
import { findTfjsNode, TensorflowEngine } from "@rarl-sdk/engine-tensorflow";
import { expect } from "chai";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rarl-tensorflow-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Lays out an installed package that is looked at and never loaded. */
async function writePackage(
  root: string,
  name: string,
  { hasAddon = true, library = "" }: { readonly hasAddon?: boolean; readonly library?: string } = {},
): Promise<string> {
  const folder = join(root, "node_modules", name);
  await mkdir(join(folder, "lib", "napi-v8"), { recursive: true });
  await mkdir(join(folder, "deps", "lib"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, version: "4.22.0" }));
  if (hasAddon) await writeFile(join(folder, "lib", "napi-v8", "tfjs_binding.node"), "");
  if (library !== "") await writeFile(join(folder, "deps", "lib", library), "");
  return folder;
}

describe("finding tfjs-node", () => {
  const cpu = "@tensorflow/tfjs-node";
  const gpu = "@tensorflow/tfjs-node-gpu";

  it("prefers the package with a GPU, and tells the libtensorflow beside it", () =>
    withFolder(async (root) => {
      await writePackage(root, cpu);
      expect(findTfjsNode({ environment: {}, from: [root] })).to.deep.include({ found: true });
      const folder = await writePackage(root, gpu, { library: "libtensorflow.so.2.9.1" });
      expect(findTfjsNode({ environment: {}, from: [root] })).to.deep.equal({
        found: true,
        package: { name: gpu, version: "4.22.0", folder, libtensorflow: "2.9.1" },
      });
    }));

  it("takes the folder that RARL_TFJS_NODE names, or none", () =>
    withFolder(async (root) => {
      const folder = await writePackage(root, cpu);
      expect(findTfjsNode({ environment: { RARL_TFJS_NODE: folder }, from: [] })).to.have.property(
        "found",
        true,
      );
      expect(findTfjsNode({ environment: { RARL_TFJS_NODE: root }, from: [root] }))
        .to.have.property("reason")
        .that.includes("holds no package.json");
      expect(findTfjsNode({ environment: { RARL_TFJS_NODE: "none" }, from: [root] })).to.have.property(
        "reason",
        "RARL_TFJS_NODE is none",
      );
    }));

  it("says what to do when nothing is installed, or the addon is missing", () =>
    withFolder(async (root) => {
      const nothing = findTfjsNode({ environment: {}, from: [root] });
      expect(nothing).to.have.property("remedy").that.includes("npm install @tensorflow/tfjs-node-gpu");
      await writePackage(root, cpu, { hasAddon: false });
      const bare = findTfjsNode({ environment: {}, from: [root] });
      expect(bare).to.have.property("reason").that.includes("has no addon");
      expect(bare).to.have.property("remedy").that.includes("npm rebuild @tensorflow/tfjs-node");
    }));

  it("survives a package whose description is damaged", () =>
    withFolder(async (root) => {
      const folder = await writePackage(root, cpu);
      await writeFile(join(folder, "package.json"), '{ "name": ');
      expect(findTfjsNode({ environment: {}, from: [root] }))
        .to.have.property("reason")
        .that.includes("cannot be read");
    }));
});

describe("engine-tensorflow without tfjs-node", () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env["RARL_TFJS_NODE"];
    process.env["RARL_TFJS_NODE"] = "none";
  });
  afterEach(() => {
    if (before === undefined) delete process.env["RARL_TFJS_NODE"];
    else process.env["RARL_TFJS_NODE"] = before;
  });

  it("probes as unavailable and refuses to be activated", async () => {
    expect(await new TensorflowEngine().probe()).to.include({
      available: false,
      reason: "RARL_TFJS_NODE is none",
    });
    try {
      await new TensorflowEngine().activate({});
      expect.fail("it was activated");
    } catch (error) {
      expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
    }
  });

  it("refuses to keep weights in another type than float32", async () => {
    for (const weights of ["bf16", "int8"] as const) {
      try {
        await new TensorflowEngine().activate({ weights });
        expect.fail("it was activated");
      } catch (error) {
        expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
        expect((error as Error).message).to.include(`not in ${weights}`);
      }
    }
  });

  it("says clearly that a damaged package cannot be loaded", () =>
    withFolder(async (root) => {
      process.env["RARL_TFJS_NODE"] = await writePackage(root, "@tensorflow/tfjs-node");
      try {
        await new TensorflowEngine().activate({});
        expect.fail("it was activated");
      } catch (error) {
        expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
        expect((error as Error).message).to.include("@tensorflow/tfjs-node cannot be loaded");
      }
    }));
});

const probe = await new TensorflowEngine().probe();
const suite = probe.available ? describe : describe.skip;
suite(`engine-tensorflow conforms${probe.available ? "" : ` (skipped: ${probe.reason})`}`, () => {
  for (const check of engineConformance(() => new TensorflowEngine())) it(check.name, () => check.run());
});
