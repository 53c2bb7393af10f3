/** What went wrong in a build, and what to do. */
export interface BuildDiagnosis {
  readonly reason: string;
  readonly remedy: string;
}

const compilerRemedy =
  "Install a C++ compiler and make: `apt install g++ make`, or `dnf install gcc-c++ make`.";

/** Signs in what node-gyp, make and the compiler print, the surest first. */
const signs: readonly (readonly [RegExp, BuildDiagnosis])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded/,
    {
      reason: "the disk is full",
      remedy: "Free some space where the SDK is installed and in TMPDIR, then try again.",
    },
  ],
  [
    /not found: make|spawn make ENOENT|make: not found/,
    { reason: "there is no make", remedy: compilerRemedy },
  ],
  [
    /(?:g\+\+|c\+\+|cc1plus)['’]?: (?:No such file|not found|command not found)|cannot execute.*cc1plus/,
    { reason: "there is no C++ compiler", remedy: compilerRemedy },
  ],
  [
    /Could not find any Python installation/,
    {
      reason: "node-gyp, which runs the compiler, found no Python",
      remedy: "Install python3, or name one with --python.",
    },
  ],
  [
    /node_api\.h: No such file|ERR! .*(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|getaddrinfo|nodejs\.org)/,
    {
      reason: `the headers of Node.js ${process.version} are not on this machine and could not be downloaded`,
      remedy:
        "Use a Node.js that comes with its headers (the archives of nodejs.org do; Debian has libnode-dev), set " +
        "npm_config_nodedir to a folder that has them in include/node, or try again with network access to nodejs.org.",
    },
  ],
  [
    /Killed|out of memory|cannot allocate memory|virtual memory exhausted/i,
    {
      reason: "the compiler ran out of memory",
      remedy: "End other programs, or set JOBS=1, then try again.",
    },
  ],
  [
    /unrecognized command[- ]line option.*-std=/,
    {
      reason: "the C++ compiler is too old for this libtorch",
      remedy: "Install a newer one (g++ 9, or 11 from libtorch 2.14 on) and name it by CXX.",
    },
  ],
];

/** Reads the output of a failed build. */
export function diagnoseBuild(lines: readonly string[], log: string): BuildDiagnosis {
  for (const [sign, diagnosis] of signs) if (lines.some((line) => sign.test(line))) return diagnosis;
  const first = lines.find((line) => /error:|ERR! (?:stack|find)/.test(line))?.trim();
  return { reason: first ?? "the build failed", remedy: `The whole output is in ${log}.` };
}
