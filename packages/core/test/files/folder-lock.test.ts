import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { lockFolder } from "@rarl-sdk/core";
import { processIdentity } from "../../src/files/process-identity.js";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

/** A process that takes the lock, says so, and goes on until it is ended. */
const holding = `
  import { lockFolder } from "@rarl-sdk/core";
  await lockFolder(process.argv[1], "run");
  console.log("held");
  setInterval(() => undefined, 1000);
`;
const parameters = (script: string, folder: string): string[] => [
  "--conditions=rarl-source",
  "--import=tsx",
  "--input-type=module",
  "--eval",
  script,
  folder,
];

describe("the lock of a folder", () => {
  it("keeps a second one out until it is released, and leaves nothing behind", () =>
    withTemporaryDirectory(async (folder) => {
      const lock = await lockFolder(folder, "run");
      const error = await expectError("FOLDER_IN_USE", lockFolder(folder, "run"));
      expect(error.message).to.contain(`process ${process.pid} on ${hostname()}`);
      await (await lockFolder(folder, "rate")).release();
      await lock.release();
      await (await lockFolder(folder, "run")).release();
      expect(await readdir(folder)).to.deep.equal([]);
    }));

  it("is not released by the one before it", () =>
    withTemporaryDirectory(async (folder) => {
      const first = await lockFolder(folder, "run");
      await first.release();
      const second = await lockFolder(folder, "run");
      await first.release();
      await expectError("FOLDER_IN_USE", lockFolder(folder, "run"));
      await second.release();
    }));

  it("of a process that runs stands, and that of a killed one is taken over", () =>
    withTemporaryDirectory(async (folder) => {
      const child = spawn(process.execPath, parameters(holding, folder), {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      const error = await expectError("FOLDER_IN_USE", lockFolder(folder, "run"));
      expect(error.message).to.contain(`process ${child.pid ?? 0} on`);
      child.kill("SIGKILL");
      await once(child, "exit");
      await (await lockFolder(folder, "run")).release();
    }));

  it("of a dead process is taken over although another has its number now", async function () {
    if ((await processIdentity(process.pid)) === null) this.skip();
    await withTemporaryDirectory(async (folder) => {
      const dead = { pid: process.pid, host: hostname(), identity: "an earlier start", since: "2026-01-01" };
      await writeFile(join(folder, ".run.lock"), JSON.stringify(dead));
      await (await lockFolder(folder, "run")).release();
    });
  });

  it("of another machine, or one that says nothing, stands", () =>
    withTemporaryDirectory(async (folder) => {
      const file = join(folder, ".run.lock");
      for (const content of [
        JSON.stringify({ pid: 1, host: "elsewhere", identity: null, since: "2026-01-01T00:00:00Z" }),
        "",
        "{",
        "null",
      ]) {
        await writeFile(file, content);
        const error = await expectError("FOLDER_IN_USE", lockFolder(folder, "run"));
        expect(error.message).to.contain(file);
        expect(await readFile(file, "utf8")).to.equal(content);
      }
    }));

  it("goes to one alone of many that want it at once, time and again, also over a stale one", async () => {
    const gone = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    const stale = (pid: number, since: string) =>
      `${JSON.stringify({ pid, host: hostname(), identity: "gone", since })}\n`;
    const dead = stale(gone, "2026-01-01");
    const successor = (content: string) =>
      `.run.lock.${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
    /** What lies in the folder beforehand. */
    const situations: Record<string, string>[] = [
      {},
      { ".run.lock": dead },
      // Its number belongs to another process now.
      { ".run.lock": stale(process.pid, "2026-01-02") },
      // Two more ended while they took it over.
      {
        ".run.lock": dead,
        [successor(dead)]: stale(gone, "2026-01-03"),
        [successor(stale(gone, "2026-01-03"))]: stale(gone, "2026-01-04"),
      },
    ];
    const script = `
      import { createInterface } from "node:readline";
      import { lockFolder } from "@rarl-sdk/core";
      console.log("ready");
      for await (const folder of createInterface({ input: process.stdin }))
        await lockFolder(folder, "run").then(() => console.log("held"), ({ code }) => console.log(code));
    `;
    await withTemporaryDirectory(async (directory) => {
      const children = Array.from({ length: 4 }, () => {
        const child = spawn(process.execPath, parameters(script, directory), {
          stdio: ["pipe", "pipe", "inherit"],
        });
        return { child, said: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
      });
      const hear = () => Promise.all(children.map(async ({ said }) => String((await said.next()).value)));
      expect(await hear()).to.deep.equal(children.map(() => "ready"));
      for (let round = 0; round < 80; round++) {
        const folder = join(directory, String(round));
        await mkdir(folder);
        for (const [name, content] of Object.entries(situations[round % situations.length]!))
          await writeFile(join(folder, name), content);
        for (const { child } of children) child.stdin.write(`${folder}\n`);
        const results = (await hear()).sort();
        expect(results, `round ${round}`).to.deep.equal([
          "FOLDER_IN_USE",
          "FOLDER_IN_USE",
          "FOLDER_IN_USE",
          "held",
        ]);
        expect(await readdir(folder)).to.deep.equal([".run.lock"]);
      }
      const ended = Promise.all(children.map(({ child }) => once(child, "exit")));
      for (const { child } of children) child.stdin.end();
      await ended;
    });
  });
});
