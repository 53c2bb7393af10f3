import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { addonFile, addonFolder, recordFor, recordName } from "../../src/addon/addon-record.js";
import { buildAddon } from "../../src/addon/build-addon.js";
import { loadAddon, lookUpAddon } from "../../src/addon/load-addon.js";
import { inspectLibtorch, type Libtorch } from "../../src/libtorch/libtorch.js";
import { withFolder, writeLibtorch } from "../support/fake-libtorch.js";

/** Writes what a finished build leaves, with a file in place of the addon that must never be loaded. */
async function writeBuild(builds: string, torch: string): Promise<string> {
  const libtorch = inspectLibtorch(torch, "RARL_LIBTORCH") as Libtorch;
  const folder = addonFolder(libtorch, builds);
  await mkdir(dirname(addonFile(folder)), { recursive: true });
  await writeFile(addonFile(folder), "not an addon");
  await writeFile(join(folder, recordName), JSON.stringify(recordFor(libtorch)));
  return folder;
}

async function reasonFor(torch: string, builds: string): Promise<string> {
  const lookup = await lookUpAddon({ environment: { RARL_LIBTORCH: torch }, builds });
  return lookup.usable ? "usable" : lookup.reason;
}

describe("lookUpAddon", () => {
  it("accepts an addon built against the libtorch that is found", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      await writeBuild(builds, torch);
      expect(await reasonFor(torch, builds)).to.equal("usable");
    }));

  it("says that there is none, and for which libtorch there is", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      expect(await reasonFor(torch, builds)).to.match(
        /^its addon is not built for libtorch 2\.1\.0 in .*torch$/,
      );
      await writeBuild(builds, await writeLibtorch(join(folder, "other"), { version: [2, 5, 1] }));
      expect(await reasonFor(torch, builds)).to.match(/there is one for libtorch 2\.5\.1 in .*other/);
    }));

  it("refuses after libtorch has moved", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      await writeBuild(builds, torch);
      await rename(torch, join(folder, "moved"));
      expect(await reasonFor(join(folder, "moved"), builds)).to.match(/not built for libtorch .*moved/);
    }));

  it("refuses after libtorch was exchanged for another of the same version", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"), { size: 10 });
      await writeBuild(builds, torch);
      await writeLibtorch(torch, { size: 20 });
      expect(await reasonFor(torch, builds)).to.match(/does not fit: .* is not the one it was built against/);
    }));

  it("refuses after a smaller library of libtorch was damaged, which loading would not survive", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      await writeBuild(builds, torch);
      await writeFile(join(torch, "lib", "libc10.so"), "cut off");
      expect(await reasonFor(torch, builds)).to.match(/does not fit: .* is not the one it was built against/);
    }));

  it("refuses an addon of other sources, and takes a build without a record for none", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      const build = await writeBuild(builds, torch);
      const record = recordFor(inspectLibtorch(torch, "RARL_LIBTORCH") as Libtorch);
      await writeFile(join(build, recordName), JSON.stringify({ ...record, sources: "other" }));
      expect(await reasonFor(torch, builds)).to.match(/sources have changed/);
      await writeFile(join(build, recordName), "{");
      expect(await reasonFor(torch, builds)).to.match(/not built/);
    }));

  it("reports a file that is no addon instead of ending the process", () =>
    withFolder(async (folder) => {
      const file = join(folder, "broken.node");
      await writeFile(file, "not an addon");
      expect(() => loadAddon(file))
        .to.throw(/cannot be loaded/)
        .with.property("code", "ENGINE_UNAVAILABLE");
    }));
});

describe("buildAddon", () => {
  it("does nothing without a libtorch and says why", async () => {
    const result = await buildAddon({ environment: { RARL_LIBTORCH: "none" } });
    expect(result).to.deep.equal({ outcome: "skipped", reason: "RARL_LIBTORCH is none" });
  });

  it("does nothing when the addon is there and current", () =>
    withFolder(async (folder) => {
      const builds = join(folder, "builds");
      const torch = await writeLibtorch(join(folder, "torch"));
      await writeBuild(builds, torch);
      const result = await buildAddon({
        environment: { RARL_LIBTORCH: torch },
        builds,
        onStart: () => {
          throw new Error("it compiled");
        },
      });
      expect(result.outcome).to.equal("current");
    }));
});
