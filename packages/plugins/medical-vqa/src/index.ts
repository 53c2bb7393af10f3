export { JsonlSource } from "./jsonl/jsonl-source.js";
export { jsonlOptions, type JsonlOptions } from "./jsonl/options.js";
export { medicalVqaPlugin, medicalVqaPlugin as default } from "./plugin.js";
export { vqaRadOptions, type VqaRadOptions } from "./releases/vqa-rad/options.js";
export { VqaRadSource } from "./releases/vqa-rad/vqa-rad-source.js";
export { CsvSource, csvOptions, type CsvOptions } from "./tables/csv-source.js";
export { JsonSource, jsonOptions, type JsonOptions } from "./tables/json-source.js";
export { ParquetSource, parquetOptions, type ParquetOptions } from "./tables/parquet-source.js";
