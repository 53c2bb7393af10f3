import { expect } from "chai";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { recoverDirectories, writeDirectoryAtomic } from "../../src/files/atomic-directory.js";
import { writeFileAtomic } from "../../src/files/atomic.js";
import { checkWritable } from "../../src/files/check-writable.js";
import { filesystemError } from "../../src/files/filesystem-error.js";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

describe("atomic files", () => {
  it("replace the old content and leave nothing beside", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "run.json");
      await writeFileAtomic(file, "old");
      await writeFileAtomic(file, async (handle) => {
        await handle.appendFile("ne");
        await handle.appendFile("w");
      });
      expect(await readFile(file, "utf8")).to.equal("new");
      expect(await readdir(directory)).to.deep.equal(["run.json"]);
    }));

  it("keep the old content when writing fails half-way", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "run.json");
      await writeFileAtomic(file, "old");
      const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      await expectError(
        "DISK_FULL",
        writeFileAtomic(file, async (handle) => {
          await handle.appendFile("half");
          throw full;
        }),
      );
      expect(await readFile(file, "utf8")).to.equal("old");
      expect(await readdir(directory)).to.deep.equal(["run.json"]);
    }));

  it("say when the system makes no folder there, and do not try for ever", async function () {
    if (process.platform !== "linux") this.skip();
    await expectError("OUTPUT_NOT_WRITABLE", checkWritable("/proc/rarl/runs"));
  });

  it("say when the folder cannot be written to", () =>
    withTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, "a-file"), "");
      const error = await expectError(
        "OUTPUT_NOT_WRITABLE",
        writeFileAtomic(join(directory, "a-file", "x"), ""),
      );
      expect(error.message).to.contain(join("a-file", "x"));
      await expectError("OUTPUT_NOT_WRITABLE", checkWritable(join(directory, "a-file", "runs")));
      await checkWritable(join(directory, "made", "on", "demand"));
      expect(await readdir(join(directory, "made", "on", "demand"))).to.deep.equal([]);
    }));

  it("leave errors of other kinds alone", () => {
    const error = new Error("something else");
    expect(filesystemError(error, "x")).to.equal(error);
  });
});

describe("atomic folders", () => {
  it("appear only when complete, and replace an old one", () =>
    withTemporaryDirectory(async (directory) => {
      const target = join(directory, "adapter");
      for (const content of ["one", "two"]) {
        await writeDirectoryAtomic(target, async (temporary) => {
          await mkdir(join(temporary, "sub"));
          await writeFile(join(temporary, "sub", "a"), content);
          if (content === "one") expect(await readdir(directory)).to.not.include("adapter");
          else expect(await readFile(join(target, "sub", "a"), "utf8")).to.equal("one");
        });
        expect(await readFile(join(target, "sub", "a"), "utf8")).to.equal(content);
      }
      expect(await readdir(directory)).to.deep.equal(["adapter"]);
    }));

  it("keep the old one when writing fails", () =>
    withTemporaryDirectory(async (directory) => {
      const target = join(directory, "checkpoint-1");
      await writeDirectoryAtomic(target, (temporary) => writeFile(join(temporary, "a"), "good"));
      const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      const failing = writeDirectoryAtomic(target, async (temporary) => {
        await writeFile(join(temporary, "a"), "bad");
        throw full;
      });
      await expectError("DISK_FULL", failing);
      expect(await readFile(join(target, "a"), "utf8")).to.equal("good");
      expect(await readdir(directory)).to.deep.equal(["checkpoint-1"]);
    }));

  it("are recovered after a kill at any point of the replacement", () =>
    withTemporaryDirectory(async (directory) => {
      // Killed between the two renames: the old one had stepped aside, the new one was still temporary.
      await mkdir(join(directory, ".adapter.replaced"));
      await writeFile(join(directory, ".adapter.replaced", "a"), "old");
      await mkdir(join(directory, ".adapter.partial"));
      // Killed after both: only the old one is left over.
      await mkdir(join(directory, "checkpoint-2"));
      await mkdir(join(directory, ".checkpoint-2.replaced"));
      await recoverDirectories(directory);
      expect((await readdir(directory)).sort()).to.deep.equal(["adapter", "checkpoint-2"]);
      expect(await readFile(join(directory, "adapter", "a"), "utf8")).to.equal("old");
      await recoverDirectories(join(directory, "missing"));
    }));
});
