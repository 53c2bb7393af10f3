import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openSafetensors } from "../../src/safetensors/safetensors-file.js";
import { writeSafetensors, type TensorToWrite } from "../../src/safetensors/write-safetensors.js";
import { catalogueError, temporaryFolder, tensorToWrite } from "./support.js";

const writable = fileURLToPath(new URL("../fixtures/safetensors/writable.safetensors", import.meta.url));

describe("writing a safetensors file", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it("reproduces a file of the reference implementation byte for byte", async () => {
    const source = await openSafetensors(writable);
    const file = join(folder.path, "copy.safetensors");
    const tensors = source.names.toReversed().map((name): TensorToWrite => {
      const { dtype, shape } = source.info(name);
      return { name, dtype: dtype as TensorToWrite["dtype"], shape, data: () => source.read(name) };
    });
    await writeSafetensors(file, tensors, source.metadata);
    await source.close();
    expect((await readFile(file)).equals(await readFile(writable))).to.equal(true);
  });

  it("aligns the header to 8 bytes and keeps any name", async () => {
    const file = join(folder.path, "names.safetensors");
    const names = ["12", "3", "__proto__", 'quote"d', "中文"];
    await writeSafetensors(
      file,
      names.map((name, index) => tensorToWrite(name, [1], [index])),
    );
    expect((await readFile(file)).readBigUInt64LE(0) % 8n).to.equal(0n);
    const source = await openSafetensors(file);
    for (const [index, name] of names.entries())
      expect(await source.read(name)).to.deep.equal(Float32Array.of(index));
    await source.close();
  });

  it("asks for one tensor's data at a time, from an async source too", async () => {
    const file = join(folder.path, "streamed.safetensors");
    let live = 0;
    let most = 0;
    async function* tensors(): AsyncGenerator<TensorToWrite> {
      for (const name of ["a", "b", "c"]) {
        await Promise.resolve();
        yield {
          name,
          dtype: "BF16",
          shape: [2],
          data: async () => {
            live++;
            most = Math.max(most, live);
            await Promise.resolve();
            live--;
            return Float32Array.of(1, 2);
          },
        };
      }
    }
    await writeSafetensors(file, tensors());
    expect(most).to.equal(1);
    const source = await openSafetensors(file);
    expect(source.names).to.deep.equal(["a", "b", "c"]);
    expect(source.metadata).to.deep.equal({});
    await source.close();
  });

  it("leaves the old file and no partial one when a tensor fails", async () => {
    const file = join(folder.path, "kept.safetensors");
    await writeSafetensors(file, [tensorToWrite("a", [1], [5])]);
    const before = await readFile(file);
    const error = await catalogueError(writeSafetensors(file, [tensorToWrite("a", [2], [5])]));
    expect(error.code).to.equal("TENSOR_SHAPE");
    expect((await readFile(file)).equals(before)).to.equal(true);
    expect(await readdir(folder.path)).to.deep.equal(["kept.safetensors"]);
  });

  it("refuses two tensors of one name", async () => {
    const twice = [tensorToWrite("a", [1], [1]), tensorToWrite("a", [1], [2])];
    expect((await catalogueError(writeSafetensors(join(folder.path, "x"), twice))).code).to.equal(
      "TENSOR_DUPLICATE",
    );
  });
});
