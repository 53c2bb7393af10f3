import { runProgram, type ProgramOptions } from "../process/run-program.js";
import { installFailure } from "./install-failure.js";

/**
 * Looks for what the addon is compiled with, before anything is downloaded.
 * @throws RarlError `ENGINE_INSTALL_FAILED`
 */
export async function checkTools(options: ProgramOptions): Promise<void> {
  const { CXX: compiler = "g++" } = options.environment;
  // CXX may carry parameters, such as `ccache g++`.
  for (const tool of [compiler.split(" ")[0]!, "make"]) {
    const { status } = await runProgram(tool, ["--version"], options);
    if (status === 0) continue;
    throw installFailure(
      `${tool}, which the addon is compiled with, ${typeof status === "number" ? "does not run" : "is not there"}`,
      "Install a C++ compiler and make: `apt install g++ make` on Debian and Ubuntu, `dnf install gcc-c++ make` on Fedora; another compiler is named by CXX.",
    );
  }
}
