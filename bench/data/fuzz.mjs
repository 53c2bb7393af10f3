// Damages files at random and reads them; prints outcomes, the slowest file and the peak of memory:
//   node --conditions=rarl-source --import tsx bench/data/fuzz.mjs parquet|dicom [SEED] [FILES]
import { readdir, readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isRarlError, randomStream } from "@rarl-sdk/core";
import { mutateBytes } from "@rarl-sdk/core/testing";
import { decodeImage } from "@rarl-sdk/images";
import { ParquetFile } from "../../packages/plugins/medical-vqa/src/parquet/parquet-file.ts";

const [kind = "parquet", seed = "1", files = "10000"] = process.argv.slice(2);
const here = import.meta.dirname;
const folder = {
  parquet: path.join(here, "../../packages/plugins/medical-vqa/test/fixtures/parquet"),
  dicom: path.join(here, "../../packages/images/test/fixtures/dicom"),
}[kind];
const names = (await readdir(folder)).sort();
const seeds = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
const temporary = await mkdtemp(path.join(tmpdir(), "rarl-fuzz-"));

async function read(bytes) {
  if (kind === "dicom") return decodeImage({ bytes, label: "damaged" }, { pixelLimit: 1_000_000 });
  const file = path.join(temporary, "damaged.parquet");
  await writeFile(file, bytes);
  const start = performance.now();
  const parquet = await ParquetFile.open(file);
  await parquet.read(parquet.columns, 0, Math.min(parquet.rows, 100));
  return performance.now() - start;
}

const outcomes = {};
const slowest = { milliseconds: 0, name: "", round: -1 };
const random = randomStream(Number(seed));
for (let round = 0; round < Number(files); round++) {
  const bytes = mutateBytes(seeds[round % seeds.length], random.fork(round));
  const start = performance.now();
  let outcome = "read";
  try {
    await read(bytes);
  } catch (error) {
    outcome = isRarlError(error) ? error.code : `UNKNOWN ${String(error)}`;
  }
  const milliseconds = Math.round(performance.now() - start);
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (milliseconds > slowest.milliseconds)
    Object.assign(slowest, { milliseconds, name: names[round % names.length], round });
}
await rm(temporary, { recursive: true });
console.log(
  JSON.stringify(
    {
      kind,
      seed,
      files,
      outcomes,
      slowest,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    },
    null,
    2,
  ),
);
