import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
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
  const open = (memoryBytes: number): ImageEmbeddings => {
    const { vision } = model;
    const counting = Object.assign(Object.create(vision) as typeof vision, {
      forward: (images: Parameters<typeof vision.forward>[0]) => {
        passes += images.length;
        return vision.forward(images);
      },
    });
    return new ImageEmbeddings(counting, 64, { memoryBytes, directory });
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

  it("moves what exceeds the memory to disk, from where a later process takes it", async () => {
    const expected = rowsOf(open(2 ** 20));
    const before = tf.memory().numTensors;
    passes = 0;
    const short = open(1);
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(rowsOf(short)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    expect(await readdir(directory)).to.have.length(3);
    expect(tf.memory().numTensors).to.equal(before + 1);
    short.dispose();

    const later = open(1);
    expect(rowsOf(later)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    later.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("computes an image again whose file is torn", async () => {
    const short = open(1);
    const expected = rowsOf(short);
    rowsOf(short);
    short.dispose();
    const files = await readdir(directory);
    expect(files).to.have.length(3);
    for (const file of files) await truncate(join(directory, file), 100);

    passes = 0;
    const later = open(1);
    expect(rowsOf(later)).to.deep.equal(expected);
    expect(passes).to.equal(3);
    later.dispose();
  });
});
