// Opens a parquet file as a run does, holds every sample, then reads images at random; prints times, bytes read and the
// peak of memory. Each file in a process of its own:
//   node bench/data/parquet.mjs FILE
import { statSync } from "node:fs";
import path from "node:path";
import { createKernel, randomStream } from "@rarl-sdk/core";
import medicalVqa from "@rarl-sdk/medical-vqa";

const file = path.resolve(process.argv[2]);
const seconds = (since) => Number(((performance.now() - since) / 1000).toFixed(2));
const peak = () => Math.round(process.resourceUsage().maxRSS / 1024);

const kernel = await createKernel({ builtins: [medicalVqa], baseDirectory: process.cwd() });
const before = peak();
let start = performance.now();
const options = { path: file, columns: { meta: { modality: "modality" } } };
const dataset = await kernel.create("dataSources", "parquet", options).open();
const open = seconds(start);

start = performance.now();
const samples = [];
for await (const sample of dataset) samples.push(sample);
const collect = seconds(start);
const afterText = peak();

start = performance.now();
const random = randomStream(1);
const reads = 500;
let bytes = 0;
for (let read = 0; read < reads; read++) {
  const { images } = samples[random.integer(samples.length)];
  bytes += (await images[0].read()).length;
}
const image = Number(((performance.now() - start) / reads).toFixed(2));

const result = {
  file: path.basename(file),
  megabytes: Math.round(statSync(file).size / 2 ** 20),
  rows: dataset.length,
  openSeconds: open,
  collectSeconds: collect,
  millisecondsAnImage: image,
  imageKilobytes: Math.round(bytes / reads / 1024),
  peakMegabytes: { start: before, withAllSamples: afterText, afterImages: peak() },
};
console.log(JSON.stringify(result, null, 2));
