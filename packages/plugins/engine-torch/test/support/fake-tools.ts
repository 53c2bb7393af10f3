import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How the fake pip ends; `waits` prints a line and then lives until it is ended. */
export type FakePip = "installs" | "fails" | "offline" | "none-fits" | "disk-full" | "waits";

export interface FakeTools {
  readonly environment: NodeJS.ProcessEnv;
  /** What was asked of Python, a line a call: `venv FOLDER` or `pip PARAMETERS`. */
  calls(): Promise<readonly string[]>;
}

/**
 * A folder with a compiler and make that only answer, and a `python3` that makes folders in place of virtual
 * environments and copies the libtorch in `torch` in place of a download.
 */
export async function writeTools(
  folder: string,
  {
    torch,
    pip = "installs",
    venv = true,
    tools = ["python3", "g++", "make"],
  }: {
    readonly torch: string;
    readonly pip?: FakePip;
    /** Whether Python has the module. */
    readonly venv?: boolean;
    readonly tools?: readonly string[];
  },
): Promise<FakeTools> {
  const bin = join(folder, "bin");
  const log = join(folder, "calls");
  await mkdir(bin, { recursive: true });
  await writeFile(log, "");
  const scripts: Readonly<Record<string, string>> = {
    "g++": "#!/bin/sh\n",
    make: "#!/bin/sh\n",
    python3: python({ torch, pip, venv, log }),
  };
  for (const tool of tools) {
    await writeFile(join(bin, tool), scripts[tool]!);
    await chmod(join(bin, tool), 0o755);
  }
  return {
    environment: { PATH: bin, XDG_CACHE_HOME: join(folder, "cache") },
    calls: async () => (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""),
  };
}

const pips: Readonly<Record<FakePip, string>> = {
  installs: `mkdir -p "$home/lib" && cp -r "$torch" "$home/lib/torch"; echo "Successfully installed torch"`,
  fails: `for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "line $i"; done; echo "ERROR: the wheel is damaged" >&2; exit 1`,
  offline: `echo "ERROR: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"; exit 1`,
  "none-fits": `echo "ERROR: No matching distribution found for torch==9.9.9"; exit 1`,
  "disk-full": `echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"; exit 1`,
  waits: `echo "Downloading torch"; exec tail -f /dev/null`,
};

function python(of: {
  readonly torch: string;
  readonly pip: FakePip;
  readonly venv: boolean;
  readonly log: string;
}): string {
  const noVenv = `echo "The virtual environment was not created successfully because ensurepip is not"; echo "available."; exit 1`;
  return `#!/bin/sh
PATH=/usr/bin:/bin
torch='${of.torch}'
home=$(dirname "$(dirname "$0")")
case "$*" in
  "-I -m venv "*)
    echo "venv $4" >> '${of.log}'
    ${of.venv ? `mkdir -p "$4/bin" && cp "$0" "$4/bin/python"` : noVenv} ;;
  "-I -m pip "*)
    shift 3
    echo "pip $*" >> '${of.log}'
    ${pips[of.pip]} ;;
  "-I -c "*) echo 3.11.7 ;;
  *) [ -d "$home/lib/torch" ] && echo "$home/lib/torch" ;;
esac
`;
}
