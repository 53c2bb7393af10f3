import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findLibtorch, type LibtorchSearch } from "../../src/libtorch/find-libtorch.js";
import { withFolder, writeLibtorch, writePython } from "../support/fake-libtorch.js";

function found(search: LibtorchSearch) {
  expect(search.found, JSON.stringify(search)).to.equal(true);
  return (search as Extract<LibtorchSearch, { found: true }>).libtorch;
}

function missing(search: LibtorchSearch) {
  expect(search.found).to.equal(false);
  return search as Extract<LibtorchSearch, { found: false }>;
}

describe("findLibtorch", () => {
  it("takes the folder that RARL_LIBTORCH names before all others", () =>
    withFolder(async (folder) => {
      const named = await writeLibtorch(join(folder, "named"), { version: [2, 13, 0], abi: 0 });
      const system = await writeLibtorch(join(folder, "system"));
      const bin = await writePython(join(folder, "bin"), await writeLibtorch(join(folder, "python")));
      const libtorch = found(
        await findLibtorch({
          environment: { RARL_LIBTORCH: named, PATH: bin },
          systemPrefixes: [system],
        }),
      );
      expect(libtorch).to.include({
        origin: "RARL_LIBTORCH",
        root: await realpath(named),
        version: "2.13.0",
        cxx11Abi: false,
        cuda: false,
      });
    }));

  it("takes the torch of python3 before the system's", () =>
    withFolder(async (folder) => {
      const system = await writeLibtorch(join(folder, "system"));
      const torch = await writeLibtorch(join(folder, "python"));
      const bin = await writePython(join(folder, "bin"), torch);
      const libtorch = found(await findLibtorch({ environment: { PATH: bin }, systemPrefixes: [system] }));
      expect(libtorch).to.include({ origin: "python3", root: await realpath(torch) });
    }));

  it("takes the one that was installed before the torch of python3, and says so when its files are gone", () =>
    withFolder(async (folder) => {
      const installations = join(folder, ".cache", "rarl-sdk", "torch");
      const installed = await writeLibtorch(join(installations, "cpu-2.1.0+cpu", "torch"));
      const record = {
        installation: "cpu-2.1.0+cpu",
        libtorch: "torch",
        version: "2.1.0",
        device: "cpu",
      };
      await writeFile(join(installations, "current.json"), JSON.stringify(record));
      const bin = await writePython(join(folder, "bin"), await writeLibtorch(join(folder, "python")));
      const places = { environment: { PATH: bin, HOME: folder }, systemPrefixes: [] };
      expect(found(await findLibtorch(places))).to.include({
        origin: "installed",
        root: await realpath(installed),
      });

      await rm(installed, { recursive: true });
      const search = await findLibtorch(places);
      expect(found(search).origin).to.equal("python3");
      expect(search).to.have.property("passedOver").with.length(1);
      expect(search)
        .to.have.nested.property("passedOver[0]")
        .that.matches(/^the installed libtorch cannot/);
    }));

  it("takes the system's, with libraries in the folder of its architecture, where there is no python3", () =>
    withFolder(async (folder) => {
      const libraries = join("lib", "x86_64-linux-gnu");
      const system = await writeLibtorch(join(folder, "system"), { version: [1, 13, 0], libraries });
      const libtorch = found(await findLibtorch({ environment: { PATH: folder }, systemPrefixes: [system] }));
      expect(libtorch).to.include({
        origin: "system",
        version: "1.13.0",
        libraryFolder: join(await realpath(system), libraries),
        cxx11Abi: true,
      });
    }));

  it("looks for none when RARL_LIBTORCH is none", () =>
    withFolder(async (folder) => {
      const system = await writeLibtorch(join(folder, "system"));
      const search = missing(
        await findLibtorch({ environment: { RARL_LIBTORCH: "none" }, systemPrefixes: [system] }),
      );
      expect(search.reason).to.equal("RARL_LIBTORCH is none");
    }));

  it("does not go on to others when the named folder is none, and says what it lacks", () =>
    withFolder(async (folder) => {
      const system = await writeLibtorch(join(folder, "system"));
      for (const [name, lacks] of [
        ["absent", /does not exist/],
        ["bare", /ATen\.h does not exist/],
      ] as const) {
        const named = join(folder, name);
        if (name === "bare") await mkdir(named);
        const search = missing(
          await findLibtorch({ environment: { RARL_LIBTORCH: named }, systemPrefixes: [system] }),
        );
        expect(search.reason).to.match(lacks);
      }
    }));

  it("passes over a torch of python3 without headers, and tells of it when there is no other", () =>
    withFolder(async (folder) => {
      const torch = await writeLibtorch(join(folder, "python"), { headers: false });
      const bin = await writePython(join(folder, "bin"), torch);
      const system = await writeLibtorch(join(folder, "system"));
      const environment = { PATH: bin };
      expect(found(await findLibtorch({ environment, systemPrefixes: [system] })).origin).to.equal("system");
      const search = missing(await findLibtorch({ environment, systemPrefixes: [] }));
      expect(search.reason).to.match(/the torch of python3 cannot be used: .*ATen\.h/);
    }));

  it("tells how to get one when there is none", () =>
    withFolder(async (folder) => {
      const search = missing(await findLibtorch({ environment: { PATH: folder }, systemPrefixes: [folder] }));
      expect(search.reason).to.equal("no libtorch was found");
      expect(search.remedy).to.include("rarl-sdk engine install torch");
    }));
});
