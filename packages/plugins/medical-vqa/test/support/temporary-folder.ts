import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A new empty folder for each test of the suite, deleted after it. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
} {
  let path = "";
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "medical-vqa-"));
  });
  afterEach(async () => {
    await rm(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
  };
}
