import { Args, Flags } from "@oclif/core";
import { createKernel, rarlError, type EngineInstallation } from "@rarl-sdk/core";
import { enginesByPriority } from "../../activate-engine.js";
import { BaseCommand } from "../../base-command.js";
import { stderrScreen } from "../../console/screen.js";
import { firstPartyPlugins } from "../../first-party.js";
import { listenForInterrupts } from "../../interrupts.js";
import { Reported } from "../../report-failure.js";

export class EngineInstallCommand extends BaseCommand {
  static override summary = "Install the library under a tensor engine and build the engine against it";
  static override description =
    "For torch: PyTorch's wheel by pip, in a Python virtual environment in the user's cache folder " +
    "($XDG_CACHE_HOME/rarl-sdk, else ~/.cache/rarl-sdk), and the engine's addon by the C++ compiler. Runs find it " +
    "without any setting, before the torch of python3 and the system's. What is in use is replaced only when the new one " +
    "is complete; the same command goes on where one was stopped.";
  static override examples = [
    "<%= config.bin %> engine install torch",
    "<%= config.bin %> engine install torch --device cuda --version 2.13.0",
    "<%= config.bin %> engine install torch --python /usr/bin/python3.12 --index-url https://mirror.example/simple",
    "RARL_LIBTORCH=/usr/local/libtorch <%= config.bin %> engine install torch --existing",
  ];
  static override args = {
    engine: Args.string({ required: true, description: "Name of the engine, as doctor lists it" }),
  };
  static override flags = {
    device: Flags.option({ options: ["cpu", "cuda"] as const })({
      description:
        "Device that the library is to compute on; cuda when absent where there is an NVIDIA driver",
    }),
    version: Flags.string({ helpValue: "VERSION", description: "Of the library; the newest when absent" }),
    python: Flags.string({
      helpValue: "PYTHON",
      description: "Python to install with: command or path; python3 when absent",
    }),
    "index-url": Flags.string({
      helpValue: "URL",
      description:
        "Package index, handed on to pip; PyTorch's own of CPU wheels when absent, or pip's for cuda",
    }),
    "extra-index-url": Flags.string({
      helpValue: "URL",
      multiple: true,
      default: [],
      description: "Further package index, handed on to pip",
    }),
    existing: Flags.boolean({
      exclusive: ["device", "version", "index-url", "extra-index-url"],
      description: "Download nothing: build against the library that is found on this machine",
    }),
    force: Flags.boolean({ description: "Install and build anew what is there already" }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
    quiet: Flags.boolean({ char: "q", description: "Print nothing but errors" }),
  };

  override async run(): Promise<EngineInstallation & { readonly engine: string }> {
    const { args, flags } = await this.parse(EngineInstallCommand);
    const kernel = await createKernel({
      builtins: firstPartyPlugins,
      plugins: flags.plugin,
      baseDirectory: process.cwd(),
    });
    const engine = kernel.create("engines", args.engine);
    if (engine.install === undefined) {
      const able = enginesByPriority(kernel).filter((one) => one.install !== undefined);
      throw rarlError("ENGINE_INSTALL_NONE", { engine: engine.name, able: able.map(({ name }) => name) });
    }
    const screen = stderrScreen({ isQuiet: flags.quiet || this.jsonEnabled() });
    const interrupts = listenForInterrupts((message) => {
      screen.line(message);
    }, messages);
    const { step: signal } = interrupts.signals;
    try {
      const { device, version, python, force, existing } = flags;
      const installation = await engine.install({
        ...{ device, version, python, force, existing, signal },
        indexUrl: flags["index-url"],
        extraIndexUrls: flags["extra-index-url"],
        report: (line) => {
          screen.line(line);
        },
      });
      const state = installation.isNew ? "is installed" : "was installed already; --force installs it anew";
      if (!flags.quiet)
        this.print(
          `${engine.name}: version ${installation.version} in ${installation.folder} ${state}\n` +
            "`rarl-sdk doctor` shows which engine runs will use.",
        );
      return { engine: engine.name, ...installation };
    } catch (error) {
      if (!signal.aborted) throw error;
      screen.line("interrupted; the same command goes on from what is complete");
      throw new Reported(130);
    } finally {
      interrupts.dispose();
    }
  }
}

const messages = { step: "Stopping; nothing unfinished is kept.", now: "Stopping now." };
