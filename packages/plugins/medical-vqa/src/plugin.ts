import { definePlugin, tokens, type PluginContext } from "@rarl-sdk/core";
import type { z } from "zod";
import { JsonlSource } from "./jsonl/jsonl-source.js";
import { jsonlOptions } from "./jsonl/options.js";
import type { RecordSet } from "./records/record-set.js";
import { cvBenchOptions, cvBenchRecords } from "./releases/cv-bench.js";
import { pathVqaOptions, pathVqaRecords } from "./releases/path-vqa.js";
import { ReleaseSource, type ReleaseOptions } from "./releases/release-source.js";
import { satOptions, satRecords } from "./releases/sat.js";
import { silvarMedOptions, silvarMedRecords } from "./releases/silvar-med.js";
import { slakeOptions, slakeRecords } from "./releases/slake.js";
import { vqaMed2019Options, vqaMed2019Records } from "./releases/vqa-med-2019.js";
import { vqaRadOptions } from "./releases/vqa-rad/options.js";
import { VqaRadSource } from "./releases/vqa-rad/vqa-rad-source.js";
import { CsvSource, csvOptions } from "./tables/csv-source.js";
import { JsonSource, jsonOptions } from "./tables/json-source.js";
import { ParquetSource, parquetOptions } from "./tables/parquet-source.js";

type DataSources = PluginContext["dataSources"];

/** Registers a release, whose records `find` finds. */
function addRelease<Options extends z.ZodObject>(
  dataSources: DataSources,
  name: string,
  description: string,
  options: Options,
  find: (
    folder: string,
    options: z.output<Options> & ReleaseOptions,
    signal?: AbortSignal,
  ) => Promise<RecordSet>,
): void {
  dataSources.addFactory(
    name,
    (parsed, container) =>
      new ReleaseSource(
        parsed as z.output<Options> & ReleaseOptions,
        container.resolve(tokens.baseDirectory),
        find,
      ),
    { options, description },
  );
}

/** Visual question answering data sets: the native JSONL form, tables, and releases as they are downloaded. */
export const medicalVqaPlugin = definePlugin({
  name: "medical-vqa",
  apiVersion: "1.0",
  apply({ dataSources }) {
    dataSources.add("jsonl", JsonlSource, {
      options: jsonlOptions,
      description: "The native form: one JSON object a line, image paths relative to the file",
    });
    dataSources.add("json", JsonSource, {
      options: jsonOptions,
      description: "JSON or JSONL with other fields, by a column mapping",
    });
    dataSources.add("csv", CsvSource, {
      options: csvOptions,
      description: "CSV or TSV, by a column mapping",
    });
    dataSources.add("parquet", ParquetSource, {
      options: parquetOptions,
      description: "Parquet files with images inside or beside, by a column mapping",
    });
    dataSources.add("vqa-rad", VqaRadSource, {
      options: vqaRadOptions,
      description: "The original VQA-RAD release: its JSON file and image folder",
    });
    addRelease(dataSources, "slake", "The SLAKE release: train.json … and imgs", slakeOptions, slakeRecords);
    addRelease(
      dataSources,
      "vqa-med-2019",
      "The VQA-Med 2019 release: its text files and image folders",
      vqaMed2019Options,
      vqaMed2019Records,
    );
    addRelease(
      dataSources,
      "path-vqa",
      "The Path-VQA release: qas and images",
      pathVqaOptions,
      pathVqaRecords,
    );
    addRelease(
      dataSources,
      "cv-bench",
      "The CV-Bench release, a test set: its parquet files",
      cvBenchOptions,
      cvBenchRecords,
    );
    addRelease(dataSources, "sat", "The SAT release: its parquet files", satOptions, satRecords);
    addRelease(
      dataSources,
      "silvar-med",
      "Annotations as Silvar-Med writes them: a JSON array with img_name",
      silvarMedOptions,
      silvarMedRecords,
    );
  },
});
