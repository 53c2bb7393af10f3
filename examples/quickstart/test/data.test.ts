import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { randomStream } from "@rarl-sdk/core";
import { expect } from "chai";
import sharp from "sharp";
import { imageName, pixelsOf, recordsOf, sceneOf, splits, type DataRecord } from "../make/data-set.js";
import { poolSeries, pretrainingCorpus } from "../make/pretraining-corpus.js";
import { formatCompletion, outputFormats, promptStyles, type OutputFormat } from "../make/prompt-styles.js";
import { drawRadiograph, encodePng } from "../make/radiograph.js";
import { questionTypes, questions, type QuestionType } from "../make/questions.js";
import { hurriedReading, parseReport } from "../make/report.js";
import { fields, imageSize } from "../make/scene.js";
import { jsonLines } from "../make/write-data.js";

const data = join(import.meta.dirname, "..", "data");

async function pixelsInFile(file: string): Promise<Uint8Array> {
  return sharp(file).toColourspace("b-w").raw().toBuffer();
}

/** Share of `records` for which `holds`. */
function share(records: readonly DataRecord[], holds: (record: DataRecord) => boolean): number {
  return records.filter(holds).length / records.length;
}

function typeOf(record: DataRecord): QuestionType {
  return record.meta.questionType as QuestionType;
}

describe("quickstart data", () => {
  for (const split of ["train", "test"] as const) {
    it(`has the committed ${split} questions that the scripts make`, async () => {
      expect(await readFile(join(data, `${split}.jsonl`), "utf8")).to.equal(jsonLines(recordsOf(split)));
      expect(recordsOf(split)).to.have.length(splits[split]);
    });

    it(`has the committed ${split} images that the scripts draw`, async () => {
      for (let index = 0; index < splits[split]; index += 7) {
        const pixels = await pixelsInFile(join(data, imageName(split, index)));
        expect(Buffer.compare(pixels, pixelsOf(split, index)), imageName(split, index)).to.equal(0);
      }
    });

    it(`answers every ${split} question as its report implies`, () => {
      for (const record of recordsOf(split)) {
        const finding = parseReport(record.reasoning)!;
        expect(questions[typeOf(record)].answer(finding)).to.equal(record.answer);
        expect(questions[typeOf(record)].answers).to.include(record.answer);
        expect(finding.modality).to.equal(record.meta.modality);
      }
    });
  }

  it("asks the five types in their shares, in both wordings", () => {
    const records = recordsOf("fresh");
    for (const type of questionTypes) {
      const asked = records.filter((record) => typeOf(record) === type);
      expect(asked).to.have.length(questions[type].share * 1000);
      expect(new Set(asked.map(({ question }) => question))).to.have.members([...questions[type].wordings]);
    }
  });

  it("encodes images as grey PNGs that decode to the drawn pixels", async () => {
    const pixels = pixelsOf("test", 3);
    const png = await encodePng(pixels);
    const metadata = await sharp(png).metadata();
    expect([metadata.format, metadata.width, metadata.height, metadata.channels]).to.deep.equal([
      "png",
      56,
      56,
      1,
    ]);
    expect(Buffer.compare(await sharp(png).toColourspace("b-w").raw().toBuffer(), pixels)).to.equal(0);
  });

  it("keeps nodules apart and inside their side of the anatomy", () => {
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 2000; index++) {
      const { modality, nodules, size } = sceneOf(poolSeries, index);
      counts[nodules.length]!++;
      expect(size === "none").to.equal(nodules.length === 0);
      const field = fields[modality];
      for (const [place, nodule] of nodules.entries()) {
        const centre = nodule.side === "left" ? -field.offsetX : field.offsetX;
        const across = Math.abs(nodule.x - centre) / (field.radiusX - nodule.radius);
        expect(Math.hypot(across, nodule.y / (field.radiusY - nodule.radius))).to.be.below(1);
        expect(Math.sign(nodule.x)).to.equal(nodule.side === "left" ? -1 : 1);
        for (const other of nodules.slice(0, place)) {
          expect(Math.hypot(nodule.x - other.x, nodule.y - other.y)).to.be.above(
            nodule.radius + other.radius,
          );
        }
      }
    }
    for (const [count, expected] of [0.25, 0.3, 0.3, 0.15].entries()) {
      expect(counts[count]! / 2000).to.be.closeTo(expected, 0.035);
    }
  });

  it("draws each nodule where the scene says, far brighter than the noise", () => {
    for (let index = 0; index < 100; index++) {
      const scene = sceneOf(poolSeries, index);
      const drawn = drawRadiograph(scene, randomStream(index));
      const healthy = drawRadiograph({ ...scene, nodules: [] }, randomStream(index));
      // A third of the scale times the lowest gain is 76; a tenth of the scale is three deviations of the noise.
      const seen = Array.from(drawn, (value, place) => value - healthy[place]! > 26);
      for (const nodule of scene.nodules) {
        const column = Math.round(nodule.x + (imageSize - 1) / 2);
        const row = Math.round(nodule.y + (imageSize - 1) / 2);
        expect(seen[row * imageSize + column], `${index}`).to.equal(true);
      }
      const discs = (wider: number) =>
        scene.nodules.reduce((sum, { radius }) => sum + Math.PI * (radius + wider) ** 2, 0);
      const [area, blurred] = [discs(0), discs(1)];
      expect(seen.filter(Boolean).length).to.be.within(0.7 * area, blurred);
    }
  });
});

describe("pretraining corpus", () => {
  const records = [...pretrainingCorpus(12_000)];

  it("lets a hurried reader write three reports of five", () => {
    expect(share(records, ({ meta }) => meta.reader === "hurried")).to.be.closeTo(0.6, 0.02);
  });

  it("mixes the output formats as each prompt style says", () => {
    for (const style of promptStyles) {
      const asked = records.filter(({ meta }) => meta.style === style.name);
      for (const [index, format] of outputFormats.entries()) {
        const found = share(asked, ({ meta }) => meta.format === format);
        expect(found, `${style.name} ${format}`).to.be.closeTo(style.formatShares[index]!, 0.03);
      }
    }
  });

  it("writes what the reader said, and keeps the truth beside it", () => {
    for (const record of records.slice(0, 3000)) {
      const truth = parseReport(record.reasoning)!;
      expect(record.answer).to.equal(questions[typeOf(record)].answer(truth));
      const format = record.meta.format as OutputFormat;
      const said = record.meta.reader === "hurried" ? hurriedReading(truth) : truth;
      const report = /<think> (.*) <\/think>/u.exec(record.meta.target!)?.[1];
      if (report !== undefined) expect(parseReport(report)).to.deep.equal(said);
      expect(record.meta.target).to.equal(
        formatCompletion(format, report ?? "", questions[typeOf(record)].answer(said)),
      );
    }
  });

  it("shares no picture with the training, held-out and fresh questions", () => {
    const series = ["train", "test", "fresh", poolSeries];
    const pictures = series.flatMap((name) =>
      Array.from({ length: 20 }, (_, index) => Buffer.from(pixelsOf(name, index)).toString("base64")),
    );
    expect(new Set(pictures)).to.have.length(pictures.length);
  });
});
