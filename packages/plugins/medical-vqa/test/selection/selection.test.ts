import { expect } from "chai";
import { stratifiedSubset } from "../../src/selection/stratified-subset.js";
import { opened } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("the selection of records", () => {
  const folder = temporaryFolder();

  /** Three questions on each of 100 images, a third of them closed, modalities 60/30/10. */
  const write = async (images = 100): Promise<void> => {
    const lines: string[] = [];
    for (let image = 0; image < images; image++) {
      await folder.write(`images/${image}.png`, "png");
      const modality = image % 10 < 6 ? "X-ray" : image % 10 < 9 ? "MRI" : "CT";
      for (const answer of ["no", "rib", "lung"])
        lines.push(
          JSON.stringify({
            id: `${image}-${answer}`,
            image: `images/${image}.png`,
            question: "?",
            answer,
            meta: { modality },
          }),
        );
    }
    await folder.write("all.jsonl", lines.join("\n"));
  };
  const open = async (options: object) => opened("jsonl", { path: "all.jsonl", ...options }, folder.path);
  const ids = async (options: object) => (await open(options)).samples.map(({ id }) => id);

  it("divides into parts that are disjoint, complete, about of the shares, and whole by image", async () => {
    await write();
    const of = { train: 0.7, validation: 0.1, test: 0.2 };
    const parts = await Promise.all(Object.keys(of).map((name) => ids({ part: { name, of } })));
    expect(parts.flat().sort()).to.deep.equal((await ids({})).sort());
    const images = parts.map((part) => new Set(part.map((id) => id.split("-")[0])));
    expect(images.reduce((sum, { size }) => sum + size, 0)).to.equal(100);
    expect(parts.map(({ length }) => length)).to.deep.equal([216, 39, 45]);
    expect(await ids({ part: { name: "train", of, seed: 1 } })).not.to.deep.equal(parts[0]);
  });

  it("leaves a record in its part when others come", async () => {
    await write(50);
    const part = { name: "test", of: { train: 0.8, test: 0.2 } };
    const before = await ids({ part });
    await write(100);
    const after = await ids({ part });
    expect(after.filter((id) => Number(id.split("-")[0]) < 50)).to.deep.equal(before);
    expect(after.length).to.be.greaterThan(before.length);
  });

  it("draws stratified subsets of exact size, each within the larger one, in the file's order", async () => {
    await write();
    const subset = (size: number) => ids({ subset: { size, stratifyBy: ["modality", "kind"] } });
    const [small, middle, large] = await Promise.all([30, 100, 250].map(subset));
    expect([small!.length, middle!.length, large!.length]).to.deep.equal([30, 100, 250]);
    expect(middle).to.include.members(small!);
    expect(large).to.include.members(middle!);
    const all = await ids({});
    expect(middle).to.deep.equal(all.filter((id) => middle!.includes(id)));
    const { samples, dataset } = await open({ subset: { size: 30, stratifyBy: ["modality"] } });
    const counts = ["X-ray", "MRI", "CT"].map(
      (name) => samples.filter(({ meta }) => meta.modality === name).length,
    );
    expect(counts).to.deep.equal([18, 9, 3]);
    expect(dataset.leftOut).to.equal(270);
  });

  it("takes all when the subset is larger than what there is", async () => {
    await write(10);
    expect(await ids({ subset: { size: 500 } })).to.have.length(30);
  });

  it("gives every stratum its share to within one, at every size, and only adds", () => {
    const candidates = Array.from({ length: 97 }, (_, index) => ({
      stratum: index % 7 < 4 ? "a" : index % 7 < 6 ? "b" : "c",
      order: (index * 31) % 97,
    }));
    let before = candidates.map(() => false);
    for (let size = 1; size <= 97; size++) {
      const chosen = stratifiedSubset(candidates, size);
      expect(chosen.filter(Boolean).length).to.equal(size);
      expect(before.every((was, index) => !was || chosen[index])).to.equal(true);
      for (const name of ["a", "b", "c"]) {
        const members = candidates.filter(({ stratum }) => stratum === name).length;
        const seats = candidates.filter(({ stratum }, index) => stratum === name && chosen[index]).length;
        expect(Math.abs(seats - (size * members) / 97)).to.be.lessThan(1);
      }
      before = chosen;
    }
  });

  it("filters by words without regard to case, and by lists of facts", async () => {
    await write(10);
    expect(await ids({ filter: { modality: "mri", kind: "closed" } })).to.deep.equal([
      "6-no",
      "7-no",
      "8-no",
    ]);
    expect(await ids({ filter: { modality: ["CT", "x-RAY"] } })).to.have.length(21);
    expect(await ids({ filter: { meta: { modality: ["CT", "MRI"] } } })).to.have.length(12);
    expect(
      await ids({ filter: { meta: { modality: "mri" } } }).catch(
        (error: unknown) => (error as { code: string }).code,
      ),
    ).to.equal("DATA_EMPTY");
  });

  it("counts in the fingerprint", async () => {
    await write(10);
    const fingerprint = async (options: object) => (await open(options)).dataset.fingerprint;
    const fingerprints = await Promise.all(
      [
        {},
        { subset: { size: 5 } },
        { subset: { size: 5, seed: 1 } },
        { part: { name: "a", of: { a: 0.5, b: 0.5 } } },
      ].map(fingerprint),
    );
    expect(new Set(fingerprints).size).to.equal(4);
    expect(await fingerprint({ subset: { size: 5 } })).to.equal(fingerprints[1]);
  });

  it("refuses shares that do not sum to 1 and a part that is none of them", async () => {
    await write(1);
    for (const part of [
      { name: "a", of: { a: 0.5 } },
      { name: "c", of: { a: 0.5, b: 0.5 } },
    ]) {
      const error = await open({ part }).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "COMPONENT_OPTIONS");
    }
  });
});
