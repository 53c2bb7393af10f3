import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { ImageEmbeddings } from "../../src/model/image-embeddings.js";
import { goldenImages, goldenModel, type GoldenModel } from "../support/golden-model.js";

describe("ImageEmbeddings", () => {
  let model: GoldenModel;
  let directory: string;
  let passes: number;
  before(async () => {
    model = await goldenModel();
  });
  after(() => {
    model.dispose();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "rarl-images-"));
    passes = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** A cache over a tower that counts the images it sees. */
  const open = (memoryBytes: number, diskBytes = 2 ** 20): ImageEmbeddings => {
    const { vision } = model;
    const counting = Object.assign(Object.create(vision) as typeof vision, {
      forward: (images: Parameters<typeof vision.forward>[0]) => {
        passes += images.length;
        return vision.forward(images);
      },
    });
    return new ImageEmbeddings(counting, 64, { memoryBytes, diskBytes, directory });
  };

  /** Files of all processes. */
  const spilled = async (): Promise<string[]> => {
    const folders = await readdir(directory);
    const files = await Promise.all(folders.map((folder) => readdir(join(directory, folder))));
    return files.flatMap((names, index) => names.map((name) => join(directory, folders[index]!, name)));
  };

  const rowsOf = (embeddings: ImageEmbeddings, images = goldenImages()): number[] => {
    const rows = embeddings.rows(images)!;
    const values = [...rows.dataSync()];
    rows.dispose();
    return values;
  };

  it("computes each image once and keeps it in memory", async () => {
    const before = tf.memory().numTensors;
    const embeddings = open(2 ** 20);
    const [first, second, third] = goldenImages();
    const values = rowsOf(embeddings, [first!, second!, third!, first!]);
    expect(rowsOf(embeddings, [first!, second!, third!, first!])).to.deep.equal(values);
    expect(passes).to.equal(3);
    expect(await readdir(directory)).to.deep.equal([]);
    embeddings.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("moves what exceeds the memory to disk, until it is disposed of", async () => {
    const known = open(2 ** 20);
    const expected = rowsOf(known);
    known.dispose();
    const before = tf.memory().numTensors;
    passes = 0;
    const short = open(1);
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    expect(await spilled()).to.have.length(3);
    expect(tf.memory().numTensors).to.equal(before + 1);
    short.dispose();
    expect(await readdir(directory)).to.deep.equal([]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("holds the disk's limit, and computes again what was forgotten", async () => {
    const known = open(2 ** 20);
    const expected = rowsOf(known);
    known.dispose();
    // Rows of 64 values: the golden images have 6, 1 and 4.
    const limit = 6 * 64 * 4;
    passes = 0;
    const short = open(1, limit);
    for (let round = 1; round <= 3; round++) {
      expect(rowsOf(short)).to.deep.equal(expected);
      const sizes = await Promise.all((await spilled()).map(async (file) => (await stat(file)).size));
      expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(limit);
    }
    expect(passes).to.be.greaterThan(3);
    short.dispose();
  });

  it("computes an image again whose file is torn or gone", async () => {
    const short = open(1);
    const expected = rowsOf(short);
    rowsOf(short);
    const files = await spilled();
    expect(files).to.have.length(3);
    await truncate(files[0]!, 100);
    for (const file of files.slice(1)) await rm(file);

    passes = 0;
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    short.dispose();
  });

  it("goes on without a disk that can be written", () => {
    const usual = directory;
    directory = join("/dev/null", "nowhere");
    const short = open(1);
    directory = usual;
    expect(rowsOf(short)).to.deep.equal(rowsOf(short));
    short.dispose();
  });

  it("clears away what killed processes of this machine left, and nothing else", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const [abandoned, alive, elsewhere] = [
      `${hostname()}-${dead}-0`,
      `${hostname()}-${process.ppid}-0`,
      `another-machine-${dead}-0`,
    ];
    for (const name of [abandoned, alive, elsewhere]) await mkdir(join(directory, name));
    const short = open(1);
    rowsOf(short);
    expect(await readdir(directory))
      .to.include.members([alive, elsewhere])
      .and.not.include(abandoned);
    short.dispose();
  });
});
