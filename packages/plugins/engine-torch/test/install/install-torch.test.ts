import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRarlError, type EngineInstallRequest, type RarlError } from "@rarl-sdk/core";
import { expect } from "chai";
import { addonFile, addonFolder, recordFor, recordName } from "../../src/addon/addon-record.js";
import type { AddonBuild } from "../../src/addon/build-addon.js";
import { installTorch, type InstallParts } from "../../src/install/install-torch.js";
import { findLibtorch } from "../../src/libtorch/find-libtorch.js";
import type { Libtorch } from "../../src/libtorch/libtorch.js";
import { withFolder, writeLibtorch } from "../support/fake-libtorch.js";
import { writeTools, type FakeTools } from "../support/fake-tools.js";

/** An install with a compiler that writes what a build leaves, or fails as `outcome` says. */
class Install {
  readonly lines: string[] = [];
  readonly abort = new AbortController();
  readonly compiled: string[] = [];
  failure: { readonly reason: string; readonly remedy: string } | null = null;
  flaw: string | null = null;
  onLine: (line: string) => void = () => undefined;

  constructor(
    readonly folder: string,
    readonly tools: FakeTools,
  ) {}

  static async at(folder: string, options: Partial<Parameters<typeof writeTools>[1]> = {}): Promise<Install> {
    const torch = options.torch ?? (await writeLibtorch(join(folder, "wheel"), { version: [2, 13, 0] }));
    return new Install(folder, await writeTools(folder, { ...options, torch }));
  }

  get builds(): string {
    return join(this.folder, "builds");
  }

  get installations(): string {
    return join(this.folder, "cache", "rarl-sdk", "torch");
  }

  run(request: Partial<EngineInstallRequest> = {}, environment: NodeJS.ProcessEnv = {}) {
    const report = (line: string): void => {
      this.lines.push(line);
      this.onLine(line);
    };
    const parts: InstallParts = {
      environment: { ...this.tools.environment, ...environment },
      builds: this.builds,
      build: (libtorch) => this.build(libtorch),
      tryAddon: () => Promise.resolve(this.flaw === null ? { version: "2.13.0" } : { flaw: this.flaw }),
    };
    return installTorch({ device: "cpu", signal: this.abort.signal, report, ...request }, parts);
  }

  async fails(request: Partial<EngineInstallRequest> = {}, environment: NodeJS.ProcessEnv = {}) {
    const error: unknown = await this.run(request, environment).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isRarlError(error)) throw new Error(`no error of the catalogue: ${String(error)}`);
    expect(error.code).to.equal("ENGINE_INSTALL_FAILED");
    return error as RarlError & {
      readonly details: { readonly reason: string; readonly remedy: string; readonly output: string[] };
    };
  }

  /** What lies in the folder of installations, apart from locks. */
  async left(): Promise<readonly string[]> {
    return (await readdir(this.installations)).filter((name) => !name.startsWith(".")).sort();
  }

  private async build(libtorch: Libtorch): Promise<AddonBuild> {
    const folder = addonFolder(libtorch, this.builds);
    if (existsSync(folder)) return { outcome: "current", libtorch, folder };
    this.compiled.push(libtorch.root);
    if (this.failure !== null) return { outcome: "failed", libtorch, output: ["error: x"], ...this.failure };
    await mkdir(join(addonFile(folder), ".."), { recursive: true });
    await writeFile(addonFile(folder), "an addon");
    await writeFile(join(folder, recordName), JSON.stringify(recordFor(libtorch)));
    return { outcome: "built", libtorch, folder };
  }
}

const found = async (install: Install) =>
  findLibtorch({ environment: install.tools.environment, systemPrefixes: [] });

describe("installTorch", () => {
  it("makes an environment, has pip install the wheel, compiles, and is found afterwards without a setting", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      const done = await install.run();
      expect(done).to.include({ version: "2.13.0", isNew: true });
      const environment = join(install.installations, "cpu-newest");
      expect(await install.tools.calls()).to.deep.equal([
        `venv ${environment}`,
        "pip install --no-input --disable-pip-version-check --progress-bar off --no-compile --no-deps " +
          "--index-url https://download.pytorch.org/whl/cpu torch",
      ]);
      expect(install.compiled).to.deep.equal([done.folder]);
      expect(await found(install)).to.have.nested.include({
        "libtorch.origin": "installed",
        "libtorch.root": done.folder,
      });
      expect(await install.left()).to.deep.equal(["cpu-newest", "current.json"]);
    }));

  it("hands version and indexes on to pip, and leaves the index to pip for cuda", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      await install.run({
        version: "2.13.0+cpu",
        indexUrl: "https://mirror.example/simple",
        extraIndexUrls: ["https://a.example", "https://b.example"],
      });
      const cuda = await install.fails({ device: "cuda" });
      expect(cuda.message).to.include("torch 2.13.0 of that index has no CUDA");
      const [, cpuPip, , cudaPip] = await install.tools.calls();
      expect(cpuPip).to.match(
        /--no-deps --index-url https:\/\/mirror\.example\/simple --extra-index-url https:\/\/a\.example --extra-index-url https:\/\/b\.example torch==2\.13\.0\+cpu$/,
      );
      expect(cudaPip).to.match(/--no-compile torch$/);
      // The one that works stays in use.
      expect(await install.left()).to.deep.equal(["cpu-2.13.0+cpu", "current.json"]);
    }));

  it("does nothing when what is asked for is there, and installs anew when forced, removing the former", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      const first = await install.run();
      expect(await install.run({ version: "2.13.0" })).to.deep.equal({ ...first, isNew: false });
      expect(await install.tools.calls()).to.have.length(2);

      const second = await install.run({ force: true });
      expect(second.isNew).to.equal(true);
      expect(second.folder).to.not.equal(first.folder);
      expect(await install.left()).to.deep.equal(["cpu-newest-2", "current.json"]);
      expect(await readdir(install.builds)).to.have.length(1);
      expect(await found(install)).to.have.nested.property("libtorch.root", second.folder);
    }));

  it("says what is missing before anything is downloaded", () =>
    withFolder(async (folder) => {
      for (const [tools, reason, remedy] of [
        [["python3", "make"], /^g\+\+, which .* is not there/, /apt install g\+\+ make/],
        [["python3", "g++"], /^make, which .* is not there/, /apt install g\+\+ make/],
        [["g++", "make"], /^there is no python3$/, /apt install python3 python3-venv.*--python/],
      ] as const) {
        const install = await Install.at(join(folder, String(tools)), { tools });
        const { details } = await install.fails();
        expect(details.reason).to.match(reason);
        expect(details.remedy).to.match(remedy);
        expect(await install.tools.calls()).to.deep.equal([]);
      }
      const named = await Install.at(join(folder, "named"));
      expect((await named.fails({ python: "/nowhere/python" })).message).to.include("no /nowhere/python");
      expect((await named.fails({}, { CXX: "nocc -m64" })).message).to.match(/nocc, which .* is not there/);
    }));

  it("names the package that has the venv module", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder, { venv: false });
      const { details, message } = await install.fails();
      expect(details.reason).to.equal("python3 (3.11.7) has no venv module, or no pip for it");
      expect(details.remedy).to.include("apt install python3.11-venv");
      expect(message).to.match(/\n {2}\| .*ensurepip is not\n {2}\| available\.$/);
      expect(await install.left()).to.deep.equal([]);
    }));

  it("shows pip's last lines with advice that fits, and leaves nothing half-installed", () =>
    withFolder(async (folder) => {
      for (const [pip, remedy, shown] of [
        ["fails", /See pip's output/, /^line 4\n.*line 12\nERROR: the wheel is damaged$/s],
        ["offline", /connection.*https_proxy.*--index-url/, /name resolution/],
        ["none-fits", /--version.*--python.*--index-url/, /No matching distribution/],
        ["disk-full", /TMPDIR.*XDG_CACHE_HOME/, /No space left/],
      ] as const) {
        const install = await Install.at(join(folder, pip), { pip });
        const { details } = await install.fails();
        expect(details.remedy, pip).to.match(remedy);
        expect(details.output.join("\n"), pip).to.match(shown);
        expect(await install.left(), pip).to.deep.equal([]);
        expect((await found(install)).found).to.equal(false);
      }
    }));

  it("ends pip when it is interrupted and leaves nothing", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder, { pip: "waits" });
      install.onLine = (line) => {
        if (line.includes("Downloading torch")) install.abort.abort(new Error("interrupted"));
      };
      const outcome = await install.run().catch((error: unknown) => error);
      expect(outcome).to.have.property("message", "interrupted");
      expect(await install.left()).to.deep.equal([]);
    }));

  it("removes what a killed install left, whose lock it takes over", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      await mkdir(join(install.installations, "cpu-newest", "bin"), { recursive: true });
      // No process has this number: it is above the highest that Linux gives.
      const lock = {
        pid: 2 ** 30,
        host: (await import("node:os")).hostname(),
        since: "2026-01-01T00:00:00Z",
      };
      await writeFile(join(install.installations, ".install.lock"), JSON.stringify(lock));
      await install.run();
      expect(await install.left()).to.deep.equal(["cpu-newest", "current.json"]);
      expect(await readdir(install.installations)).to.not.include(".install.lock");
    }));

  it("keeps the download when the compiler fails, says why, and goes on from there", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      install.failure = { reason: "there is no make", remedy: "Install it." };
      const { message } = await install.fails();
      expect(message).to.match(
        /could not be compiled: there is no make\. Install it\. .* is kept\.\n {2}\| error: x$/,
      );
      expect((await found(install)).found, "not in use without an addon").to.equal(false);

      install.failure = null;
      expect(await install.run()).to.have.property("isNew", true);
      expect(await install.tools.calls(), "downloaded once").to.have.length(2);
      expect((await found(install)).found).to.equal(true);
    }));

  it("refuses an addon that does not load, and compiles anew the next time", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      install.flaw = "libgomp.so.1 is missing";
      expect((await install.fails()).message).to.match(/does not load: libgomp\.so\.1 is missing/);
      install.flaw = null;
      await install.run();
      expect(install.compiled).to.have.length(2);
    }));

  it("refuses a wheel with CUDA for a cpu install, which has none of its libraries", () =>
    withFolder(async (folder) => {
      const torch = await writeLibtorch(join(folder, "cuda"));
      await writeFile(join(torch, "lib", "libtorch_cuda.so"), "");
      const install = await Install.at(folder, { torch });
      expect((await install.fails()).message).to.match(/carries CUDA.*--device cuda/);
      expect(await install.run({ device: "cuda" })).to.have.property("version", "2.1.0");
    }));

  it("installs none beside the libtorch that RARL_LIBTORCH names, but builds for it when asked", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      const named = await writeLibtorch(join(folder, "named"), { version: [2, 5, 1] });
      expect((await install.fails({}, { RARL_LIBTORCH: named })).message).to.include("--existing");
      expect((await install.fails({}, { RARL_LIBTORCH: "none" })).message).to.include("Unset");

      const existing = { existing: true, device: undefined } as const;
      const done = await install.run(existing, { RARL_LIBTORCH: named });
      expect(done).to.include({ version: "2.5.1", isNew: true });
      expect(await install.run(existing, { RARL_LIBTORCH: named })).to.include({ isNew: false });
      expect(await install.run({ ...existing, force: true }, { RARL_LIBTORCH: named })).to.include({
        isNew: true,
      });
      expect(await install.tools.calls()).to.deep.equal([]);
    }));

  it("installs again when the files of the one in use are gone", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      const first = await install.run();
      await rm(first.folder, { recursive: true });
      const search = await found(install);
      expect(search)
        .to.have.property("reason")
        .that.matches(/^the installed libtorch cannot be used: .*does not exist/);
      const second = await install.run();
      expect(await found(install)).to.have.nested.property("libtorch.root", second.folder);
      expect(await install.left()).to.have.length(2);
    }));

  it("refuses where no folder can be made for it", () =>
    withFolder(async (folder) => {
      const install = await Install.at(folder);
      await writeFile(join(folder, "cache"), "a file");
      expect((await install.fails()).message).to.match(/cannot be made.*XDG_CACHE_HOME/);
      expect((await install.fails({}, { XDG_CACHE_HOME: "relative" })).message).to.match(/nor HOME is set/);
    }));
});
