import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { RarlError, randomStream, type RandomStream } from "@rarl-sdk/core";
import { openSafetensors } from "../../src/safetensors/safetensors-file.js";
import { temporaryFolder } from "./support.js";

const reference = new URL("../fixtures/safetensors/reference.safetensors", import.meta.url);

/** One to four random changes: flipped or set bytes (mostly in the header), cut, grown, spliced digits. */
function mutate(original: Uint8Array, random: RandomStream): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let change = random.integer(4); change >= 0; change--) {
    const place = random.integer(random.uniform() < 0.8 ? Math.min(700, bytes.length) : bytes.length);
    switch (random.integer(5)) {
      case 0:
        bytes[place]! ^= 1 << random.integer(8);
        break;
      case 1:
        bytes[place] = random.integer(256);
        break;
      case 2:
        bytes[place] = 0x30 + random.integer(10);
        break;
      case 3:
        bytes = bytes.slice(0, Math.max(1, place));
        break;
      default:
        bytes = Uint8Array.from([...bytes, ...bytes.slice(place, place + 16)]);
    }
  }
  return bytes;
}

describe("reading damaged safetensors files", () => {
  it("gives values or an error of the catalogue for 600 seeded mutations", async () => {
    const folder = await temporaryFolder();
    try {
      const original = await readFile(reference);
      const root = randomStream(20260);
      const file = join(folder.path, "mutant.safetensors");
      let refused = 0;
      let opened = 0;
      for (let round = 0; round < 600; round++) {
        await writeFile(file, mutate(original, root.fork(round)));
        try {
          const source = await openSafetensors(file);
          opened++;
          try {
            for (const name of source.names) await source.read(name);
            await source.fingerprint();
          } finally {
            await source.close();
          }
        } catch (error) {
          expect(error, `round ${round}`).to.be.instanceOf(RarlError);
          expect((error as RarlError).code).to.be.oneOf(["SAFETENSORS_INVALID", "TENSOR_DTYPE"]);
          refused++;
        }
      }
      // Both sides of the check are exercised.
      expect(refused).to.be.greaterThan(100);
      expect(opened).to.be.greaterThan(20);
    } finally {
      await folder.remove();
    }
  });
});
