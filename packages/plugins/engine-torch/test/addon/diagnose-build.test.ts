import { expect } from "chai";
import { diagnoseBuild } from "../../src/addon/diagnose-build.js";

describe("diagnoseBuild", () => {
  // Lines as node-gyp 12, make 4.3 and g++ 12 print them.
  for (const [line, reason, remedy] of [
    ["gyp ERR! stack Error: not found: make", /no make/, /apt install g\+\+ make/],
    ["make: g++: No such file or directory", /no C\+\+ compiler/, /apt install g\+\+ make/],
    ["/bin/sh: 1: g++: not found", /no C\+\+ compiler/, /dnf install gcc-c\+\+ make/],
    [
      "addon.cc:1:10: fatal error: node_api.h: No such file or directory",
      /headers of Node/,
      /npm_config_nodedir/,
    ],
    [
      "gyp ERR! stack FetchError: request to https://nodejs.org/download/release/v20/x failed, reason: getaddrinfo ENOTFOUND nodejs.org",
      /headers of Node/,
      /libnode-dev/,
    ],
    [
      "/tmp/cc8.s: fatal error: error writing to /tmp/cc8.s: No space left on device",
      /disk is full/,
      /TMPDIR/,
    ],
    ["c++: fatal error: Killed signal terminated program cc1plus", /ran out of memory/, /JOBS=1/],
    ["gyp ERR! find Python Could not find any Python installation to use", /found no Python/, /--python/],
    ["g++: error: unrecognized command-line option '-std=c++20'", /too old/, /CXX/],
  ] as const) {
    it(`knows: ${line}`, () => {
      const diagnosis = diagnoseBuild(
        ["gyp info it worked if it ends with ok", line, "gyp ERR! not ok"],
        "x.log",
      );
      expect(diagnosis.reason).to.match(reason);
      expect(diagnosis.remedy).to.match(remedy);
    });
  }

  it("gives the first error of others, and the log", () => {
    const lines = ["engine.cc:3:1: error: 'at' has not been declared", "engine.cc:9:1: error: another"];
    expect(diagnoseBuild(lines, "x.log")).to.deep.equal({
      reason: lines[0],
      remedy: "The whole output is in x.log.",
    });
  });
});
